"""The comparison of servers with our profiles, and its table, with judgements that a test makes up."""

import unittest

import release_matrix
from release_matrix import Judgement


def cell(**coordinates: str) -> dict:
    return {"ciaddr": "leased", "lease_client_id": "present", "chaddr": "same", "client_id": "same",
            "server_id": "ours", "address": "10.0.0.1"} | coordinates


def judged(real: str, ours: str, server: str = "kea", **coordinates: str) -> Judgement:
    return Judgement(server, cell(**coordinates), real, ours)


REASON = {"server": "kea", "cells": {"ciaddr": "expired"}, "real": "forgotten", "reason": "Why.", "source": "There."}
VERSIONS = {"kea": "2.2.0", "isc": "4.4.3"}


class OutcomeTest(unittest.TestCase):
    def test_freed_is_the_lease_at_ciaddr_and_no_other(self):
        self.assertEqual(release_matrix.outcome(cell(), ["10.0.0.1"]), "freed")
        self.assertEqual(release_matrix.outcome(cell(), ["10.0.0.2"]), "another freed")
        self.assertEqual(release_matrix.outcome(cell(), ["10.0.0.1", "10.0.0.2"]), "another freed")
        self.assertEqual(release_matrix.outcome(cell(), []), "kept")
        self.assertEqual(release_matrix.outcome(cell(), [], forgotten=True), "forgotten")


class ExplainTest(unittest.TestCase):
    def test_what_is_judged_alike_needs_no_reason(self):
        self.assertEqual(release_matrix.explain([judged("freed", "freed"), judged("kept", "kept")], []), [])

    def test_a_difference_without_a_reason_is_a_problem_that_names_server_and_cell(self):
        problem, = release_matrix.explain([judged("freed", "kept", client_id="nobody's")], [])
        self.assertEqual(problem, "kea: ciaddr leased, lease_client_id present, chaddr same, client_id nobody's, "
                                  "server_id ours: freed, our profile: kept")

    def test_a_difference_with_a_reason_bears_its_number(self):
        one = judged("forgotten", "kept", ciaddr="expired")
        self.assertEqual(release_matrix.explain([one], [REASON]), [])
        self.assertEqual(one.reason, 1)

    def test_a_reason_holds_for_its_server_its_cells_and_what_the_server_does_there_only(self):
        for other in (judged("forgotten", "kept", server="isc", ciaddr="expired"), judged("forgotten", "kept"),
                      judged("freed", "kept", ciaddr="expired")):
            used = judged("forgotten", "kept", ciaddr="expired")
            self.assertEqual(len(release_matrix.explain([used, other], [REASON])), 1)
            self.assertEqual(other.reason, 0)

    def test_a_reason_that_no_cell_needs_is_a_problem(self):
        problem, = release_matrix.explain([judged("kept", "kept", ciaddr="expired")], [REASON])
        self.assertIn("no cell needs", problem)


class TableTest(unittest.TestCase):
    def row(self, words: tuple[str, str, str], ours: tuple[str, str, str] | None = None) -> list[Judgement]:
        return [judged(real, profile, server_id=server_id)
                for real, profile, server_id in zip(words, ours or words, ("ours", "other", "absent"))]

    def test_an_entry_names_the_server_ids_with_which_the_lease_is_freed(self):
        self.assertEqual(release_matrix.entry(self.row(("freed", "freed", "freed"))), "any")
        self.assertEqual(release_matrix.entry(self.row(("freed", "kept", "freed"))), "ours, absent")
        self.assertEqual(release_matrix.entry(self.row(("kept", "kept", "kept"))), "-")

    def test_an_entry_says_what_else_happens(self):
        row = self.row(("freed", "another freed", "kept"))
        self.assertEqual(release_matrix.entry(row), "ours; another freed: other")

    def test_an_entry_points_to_the_reason_of_a_difference_or_its_lack(self):
        row = self.row(("freed", "kept", "kept"), ours=("kept", "kept", "kept"))
        self.assertEqual(release_matrix.entry(row), "ours [**?**]")
        row[0].reason = 2
        self.assertEqual(release_matrix.entry(row), "ours [2]")

    def test_a_section_has_a_column_for_servers_and_a_row_for_clients_with_which_something_happens(self):
        rows = [*self.row(("freed", "kept", "kept")),
                judged("kept", "kept", chaddr="nobody's"),
                judged("kept", "kept", server="isc"), judged("kept", "kept", server="isc", chaddr="nobody's")]
        self.assertEqual(release_matrix.section(rows, VERSIONS).splitlines(), [
            "Nothing happens in any of the 3 cells at isc.",
            "",
            "| lease's client id | chaddr | client id | kea 2.2.0 |",
            "|---|---|---|---|",
            "| present | same | same | ours |",
            "",
            "Combinations that are not listed (1): nothing happens."])

    def test_where_nothing_ever_happens_there_is_no_table(self):
        rows = [judged("kept", "kept"), judged("kept", "kept", server="isc")]
        self.assertEqual(release_matrix.section(rows, VERSIONS),
                         "Nothing happens in any of the 1 cells at kea, isc.\n\n")


if __name__ == "__main__":
    unittest.main()
