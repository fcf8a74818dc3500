"""That `unlease run --junit` has the structure which CI systems ask for.

The rules below are what two schemas have in common that the readers of such files follow, Windy Road's JUnit.xsd and
junit-10.xsd of Jenkins' xUnit plugin: what is required by either is there, and nothing that one of them does not know.
"""

import decimal
import os
import re
import unittest
import xml.etree.ElementTree

from command import CommandTest, releasing, violating

DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
COUNT = re.compile(r"[0-9]+")
TOKEN = re.compile(r"\S(.*\S)?")
ANY = re.compile(r".*", re.DOTALL)

# Of each element: its attributes, all required, and its children in order.
ATTRIBUTES = {
    "testsuites": {},
    "testsuite": {
        "id": COUNT, "name": TOKEN, "package": TOKEN, "timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
        "hostname": TOKEN, "tests": COUNT, "failures": COUNT, "errors": COUNT, "skipped": COUNT, "time": DECIMAL,
    },
    "properties": {},
    "property": {"name": TOKEN, "value": ANY},
    "testcase": {"name": TOKEN, "classname": TOKEN, "time": DECIMAL},
    "failure": {"type": TOKEN, "message": ANY},
    "error": {"type": TOKEN, "message": ANY},
    "skipped": {},
    "system-out": {},
    "system-err": {},
}
CHILDREN = {
    "testsuites": r"(testsuite )*",
    "testsuite": r"properties (testcase )*system-out system-err ",
    "properties": r"(property )*",
    "testcase": r"((skipped|error|failure) )?",
}


class JUnitTest(CommandTest):
    def check(self, element: xml.etree.ElementTree.Element) -> None:
        rules = ATTRIBUTES[element.tag]
        self.assertEqual(set(element.attrib), set(rules), element.tag)
        for name, value in element.attrib.items():
            self.assertTrue(rules[name].fullmatch(value), f"{element.tag}/{name}: {value}")
        children = "".join(child.tag + " " for child in element)
        self.assertTrue(re.fullmatch(CHILDREN.get(element.tag, ""), children), f"{element.tag}: {children}")
        if len(element) > 0:
            self.assertEqual((element.text or "").strip(), "", "no text between elements")
        for child in element:
            self.check(child)

    def document(self, *arguments: str) -> xml.etree.ElementTree.Element:
        ran = self.run_it("run", *arguments, "--junit", "-")
        root = xml.etree.ElementTree.fromstring(ran.stdout)
        self.assertEqual(root.tag, "testsuites")
        self.check(root)
        self.assertEqual([suite.get("id") for suite in root], [str(i) for i in range(len(root))])
        for suite in root:
            self.check_sums(suite)
        names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
        self.assertEqual(len(names), len(set(names)), "readers take equal names for one case")
        return root

    def check_sums(self, suite: xml.etree.ElementTree.Element) -> None:
        for attribute, path in {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error",
                                "skipped": "testcase/skipped"}.items():
            self.assertEqual(int(suite.get(attribute)), len(suite.findall(path)), attribute)
        times = [decimal.Decimal(case.get("time")) for case in suite.iter("testcase")]
        self.assertEqual(decimal.Decimal(suite.get("time")), sum(times))

    def test_every_verdict_keeps_to_the_structure(self):
        self.write("scenarios/failed.toml", releasing(98))
        self.write("scenarios/passed.toml", releasing(0))
        self.write("scenarios/sub/invalid.toml", "version = 1\nnmae = 1\n")
        self.write("scenarios/sub/violated.toml", violating())
        self.write("scenarios/last.toml", releasing(0, "another"))
        root = self.document("scenarios")
        self.assertEqual([suite.get("name") for suite in root], ["scenarios", "scenarios/sub"])
        self.assertEqual(sorted(element.get("type") for element in root.iter("failure")), ["expectation", "violation"])
        self.assertEqual([element.get("type") for element in root.iter("error")], ["invalid"])
        root = self.document("scenarios", "--fail-fast", "--set", "about=<&>\"'")
        self.assertEqual(len(list(root.iter("skipped"))), 4)
        self.assertEqual(root.find("testsuite/properties/property").get("value"), "<&>\"'")

    def test_text_comes_through_as_it_was(self):
        self.write("scenarios/a.toml", releasing(98, "<&>'ä€\U0001F600]]> \\u001b[31m \\\\ end"))
        case = self.document("scenarios").find("testsuite/testcase")
        self.assertEqual(case.get("name"), "<&>'ä€\U0001F600]]> \ufffd[31m \\ end")
        self.assertIn("      expected  98 (Not all DHCP leases could be released/renewed)\n", case.find("failure").text)

    @unittest.skipUnless(os.name == "posix", "names of files are text elsewhere")
    def test_a_name_that_is_no_text_is_replaced(self):
        try:
            (self.folder / os.fsdecode(b"\xff\x1b.toml")).write_text("version = 2\n", encoding="utf-8")
        except OSError:
            self.skipTest("this file system takes text only")
        self.assertEqual(self.document(".").find("testsuite/testcase").get("name"), "\ufffd\ufffd.toml")

    def test_the_same_bytes_come_every_time(self):
        for i in range(20):
            self.write(f"scenarios/{i % 3}/{i}.toml", releasing(98 if i % 5 == 0 else 0))
        once = self.run_it("run", "--junit", "-", "--jobs", "1").stdout
        self.assertEqual(once, self.run_it("run", "--junit", "-", "--jobs", "8").stdout)


if __name__ == "__main__":
    unittest.main()
