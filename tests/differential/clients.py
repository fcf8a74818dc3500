"""Real clients at our servers: dhclient, dhcpcd and udhcpc meet `unlease serve` in five situations, and what each of
them did stands in a table. Each meeting has a network namespace of its own; they all go on at the same time.

usage: clients.py [--check] TABLE.md UNLEASE     writes the table; --check exits with 1 where it is another
       clients.py --one SITUATION CLIENT UNLEASE     one meeting, and what the client did there
"""

import argparse
import concurrent.futures
import dataclasses
import difflib
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable

import network
import real_clients
from real_clients import ClientError

SERVED, FIRST, OTHER, NOBODY = "10.98.0.1", "10.98.0.10", "10.98.0.77", "10.98.0.99"
HEAD = """# Real clients at `unlease serve`

Measured by `./dev differential`, which writes this file; `./dev differential --check` measures again. Each client meets
our server on a cable of its own. The scenarios are in
[tests/differential/clients.py](../tests/differential/clients.py); what they expect of the server holds in each meeting.

"""


class Meeting:
    """Of a client with our server. Afterwards `trace` has what the server recorded."""

    def __init__(self, client: real_clients.Client) -> None:
        self.client = client
        self.trace: list[dict] = []

    def acquire(self) -> None:
        real_clients.wait_until("the client has a lease", real_clients.address)
        if (got := real_clients.address()) != FIRST:
            raise ClientError(f"the client has {got}, not {FIRST}")

    def release(self) -> None:
        # Without it dhcpcd and udhcpc often lose their release: the address is gone before ARP has answered.
        real_clients.wait_until("the client knows the server", lambda: real_clients.is_known(SERVED))
        self.client.release()

    def types(self) -> list[str]:
        """Of what the server said, in order."""
        return [record["type"] for record in self.trace if record["kind"] == "packet_sent"]

    def verdicts(self) -> list[str]:
        return [record["verdict"] for record in self.trace if record["kind"] == "release_judged"]

    def unheard(self) -> int:
        """What came while the server was down."""
        return sum(record["kind"] == "packet_dropped" and record["reason"] == "server_down" for record in self.trace)


@dataclasses.dataclass(frozen=True)
class Situation:
    """What the server does, as keys of its scenario and what is expected of it then; what the client is put through;
    and how what it did is told."""

    what: str
    keys: str
    expect: str
    goes: Callable[[Meeting], None]
    told: Callable[[Meeting], str]
    more: str = ""  # tables of the scenario


def released(meeting: Meeting) -> str:
    verdicts = meeting.verdicts()
    return "takes the lease; its release " + (f"is {verdicts[0]}" if verdicts else "never comes")


def lives_through(meeting: Meeting) -> None:
    meeting.acquire()
    meeting.release()


def starts_over(meeting: Meeting) -> None:
    meeting.acquire()
    real_clients.wait_until(f"the client has {OTHER}", lambda: real_clients.address() == OTHER)


def told_of_nak(meeting: Meeting) -> str:
    naks = meeting.types().count("nak")
    if naks == 0:
        raise ClientError("the client was never refused")
    return "sends a new DHCPDISCOVER" if naks == 1 else "renews again and again, and discovers when the lease has ended"


def is_ignored(meeting: Meeting) -> None:
    """Until the server ends."""


def told_of_silence(meeting: Meeting) -> str:
    asked = {0: "sends nothing", 1: "sends one DHCPDISCOVER"}.get(meeting.unheard(), "keeps sending DHCPDISCOVER")
    return f"{asked}, has {real_clients.address() or 'no address'}"


SITUATIONS = {
    "plain": Situation("does nothing wrong", "", "servers = { dhcp1 = { bound = 0 } }\npackets = { ack = 1, nak = 0 }",
                       lives_through, released),
    "nak": Situation("refuses renewals of the lease, which lasts 24 s, with a DHCPNAK, as if the client should be "
                     "at another address", 'lease = "24s"',
                     "servers = { dhcp1 = { bound = 1 } }", starts_over, told_of_nak,
                     f'[[step]]\nat = "8s"\nset = {{ server = "dhcp1", offer_address = "{OTHER}" }}\n'),
    "silence": Situation("is silent, for 15 s", 'state = "down"',
                         "servers = { dhcp1 = { bound = 0 } }\npackets = { offer = 0 }", is_ignored, told_of_silence,
                         '[run]\ndeadline = "15s"\n'),
    "delay": Situation("answers each message after 4 s", "", "servers = { dhcp1 = { bound = 0 } }", lives_through,
                       released, '[[segment]]\nname = "lan"\nlatency = "2s"\n'),
    "wrong-id": Situation(f"calls itself {NOBODY} (option 54), an address that nobody has",
                          f'options = {{ server_id = "{NOBODY}" }}', "servers = { dhcp1 = { bound = 1 } }",
                          lives_through, released),
}


def scenario(situation: Situation) -> str:
    return f"""version = 1
name = "a real client at our server"
[[server]]
name = "dhcp1"
address = "{SERVED}"
pool = "{FIRST}-10.98.0.250"
{situation.keys}
{situation.more}
[expect]
{situation.expect}
"""


def meet(situation: Situation, name: str, unlease: str, folder: pathlib.Path) -> str:
    """What the client did. Raises where our server was not content."""
    (folder / "served.toml").write_text(scenario(situation), encoding="utf-8")
    serve = [unlease, "serve", "served.toml", "--interface", network.SERVER, "--trace-dir", "traces"]
    server = real_clients.start(serve, folder, "server.log")

    def log(of: str) -> str:
        file = folder / f"{of}.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    try:
        real_clients.wait_until("the server serves", lambda: "serving on" in log("server"))
        with real_clients.Client(name, folder) as client:
            meeting = Meeting(client)
            situation.goes(meeting)
            if situation.goes is not is_ignored:
                server.send_signal(signal.SIGINT)
            server.wait(network.LIMIT)
            trace = (folder / "traces" / "served.ndjson").read_text(encoding="utf-8")
            meeting.trace = [json.loads(line) for line in trace.splitlines()]
            told = situation.told(meeting)
    except (ClientError, OSError, subprocess.SubprocessError) as error:
        raise ClientError(f"{error}\n{log('server')}{log('client')}") from error
    finally:
        server.kill()
        server.wait()
    if server.returncode != 0:
        raise ClientError(f"{name} did this: {told}\n{log('server')}{log('client')}")
    return told


def one(situation: str, name: str, unlease: str) -> int:
    if why := network.enter():
        print(why, file=sys.stderr)
        return 2
    # The address of the server's end is of no use here: `unlease serve` has its own.
    network.connect(network.Scope(address="10.97.0.1", mac="02:63:00:00:00:01", prefix=24, first="", last=""))
    with tempfile.TemporaryDirectory() as protected, tempfile.TemporaryDirectory() as folder:
        real_clients.protect_machine(pathlib.Path(protected))
        try:
            print(meet(SITUATIONS[situation], name, unlease, pathlib.Path(folder)))
        except ClientError as error:
            print(f"{name}, {situation}: {error}", file=sys.stderr)
            return 1
    return 0


def all_at_once(unlease: str) -> dict[tuple[str, str], str]:
    """What each client did in each situation; "" where that failed, which is said."""
    def apart(of: tuple[str, str]) -> str:
        command = [sys.executable, "-B", __file__, "--one", *of, unlease]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        sys.stderr.write(done.stderr)
        return done.stdout.strip() if done.returncode == 0 else ""

    meetings = [(situation, name) for situation in SITUATIONS for name in real_clients.NAMES]
    with concurrent.futures.ThreadPoolExecutor(len(meetings)) as pool:
        return dict(zip(meetings, pool.map(apart, meetings), strict=True))


def render(did: dict[tuple[str, str], str]) -> str:
    columns = [f"{name} {real_clients.version(name)}" for name in real_clients.NAMES]
    text = HEAD + f"| the server | {' | '.join(columns)} |\n{'|---' * (len(columns) + 1)}|\n"
    for key, situation in SITUATIONS.items():
        text += f"| {situation.what} | {' | '.join(did[key, name] for name in real_clients.NAMES)} |\n"
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("SITUATION", "CLIENT"))
    parser.add_argument("table", nargs="?", type=pathlib.Path, metavar="TABLE")
    parser.add_argument("unlease", metavar="UNLEASE", type=lambda name: str(pathlib.Path(name).resolve()))
    arguments = parser.parse_args()
    if arguments.one:
        return one(*arguments.one, arguments.unlease)
    if arguments.table is None:
        parser.error("a table to write, or to compare with")
    if why := network.refusal():
        print(f"skipped: the kernel allows no network namespace here: {why}")
        return network.SKIPPED
    did = all_at_once(arguments.unlease)
    failed = sum(not told for told in did.values())
    if failed:
        print(f"{len(did)} meetings of real clients with our server, {failed} failed")
        return 1
    old = arguments.table.read_text(encoding="utf-8") if arguments.table.exists() else ""
    new = render(did)
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True),
                                               "committed", "measured", n=0))
    if not arguments.check:
        arguments.table.write_text(new, encoding="utf-8")
    print(f"{len(did)} meetings of real clients with our server: as {'written' if old == new else 'shown above'}")
    return 1 if arguments.check and old != new else 0


if __name__ == "__main__":
    sys.exit(main())
