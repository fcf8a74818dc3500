// Every mistake in a scenario file is met with its place and a remedy. bad_scenario_text_test.cc has what is no TOML.
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario_loader.h"
#include "tests/sim/scenario_test_support.h"

namespace unlease::sim {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

// A text after the line `version = 1`, where its one mistake is, and a part of the message.
struct Case {
  std::string_view text;
  std::string_view place;
  std::string_view message;
};

void expect_one_each(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    EXPECT_THAT(mistakes_after_version(one.text), ElementsAre(AllOf(StartsWith(std::string(one.place) + ": error: "),
                                                                    HasSubstr(std::string(one.message)))))
        << one.text;
  }
}

// The same after kServerLines, which ends on line 5.
void expect_one_each_after_server(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    const std::string text = std::string(kServerLines) + std::string(one.text);
    expect_one_each({{text, one.place, one.message}});
  }
}

TEST(BadScenario, UnknownKeysNameTheNearestOrWhatThereIs) {
  expect_one_each({
      {"[[adapter]]\nname = \"E\"\nlaese = 1", "4:1", "unknown key 'laese' in [[adapter]], did you mean 'lease'?"},
      {"[hots]\nelevated = true", "2:2", "unknown key 'hots' in the file, did you mean 'host'?"},
      {"[host]\nELEVATED = true", "3:1", "in [host], did you mean 'elevated'?"},
      {"seed = 7", "2:1", "unknown key 'seed' in the file; it is a key of 'run', move it there"},
      {"deadline = 7", "2:1", "it is a key of 'run' or 'engine', move it there"},
      {"[run]\nxyzzy = 7", "3:1", "unknown key 'xyzzy' in [run]; the known keys are seed, deadline, profile"},
      {"expect = { packets = { foo = 1 } }", "2:24", "in 'expect.packets'; the known keys are discover, offer"},
      {"expect = { adapters = { E = { cod = 1 } } }", "2:31", "in 'expect.adapters.E', did you mean 'code'?"},
      {"\"a\\u0007b\" = 1", "2:1", R"(unknown key 'a\x07b' in the file)"},
  });
}

TEST(BadScenario, WrongTypesSayWhatIsWantedAndWhatIsThere) {
  expect_one_each({
      {"[host]\nelevated = \"yes\"", "3:12",
       "'elevated' wants true or false, as in elevated = true; found the string \"yes\""},
      {"name = 5", "2:8", "'name' wants text in quotes, as in name = \"text\"; found the integer 5"},
      {"tags = \"x\"", "2:8", "'tags' wants a list, as in tags = [\"text\"]; found the string \"x\""},
      {"[[adapter]]\nname = \"E\"\nquirks = \"option_50\"", "4:10",
       "'quirks' wants a list, as in quirks = [\"option_50\"]"},
      {"tags = [1]", "2:9", "each element of 'tags' wants text in quotes, like \"text\"; found the integer 1"},
      {"host = 1", "2:8", "'host' wants a table, under [host]; found the integer 1"},
      {"[[host]]", "2:1", "'host' wants a table, under [host]; found a list"},
      {"[segment]", "2:1", "'segment' wants a list of tables, each under [[segment]]; found a table"},
      {"step = [1]", "2:9", "each element of 'step' wants a table"},
      {"[run]\nseed = 1.5", "3:8", "'seed' wants an integer, as in seed = 1; found the number 1.5"},
      {"[run]\nseed = 2020-01-01", "3:8", "found a date or time"},
      {"[run]\nseed = -1", "3:8", "'seed': -1 is out of range; write 0 to 9223372036854775807"},
      {"[run]\nprofile = \"window\"", "3:11",
       "'profile' wants one of \"windows\", \"wine8\"; found the string \"window\", did you mean \"windows\"?"},
      {"[engine]\nno_lease = 84", "3:12", "'no_lease' wants one of \"success\", \"83\"; found the integer 84"},
      {"[[segment]]\nloss = \"1%\"", "3:8", "'loss' wants a probability from 0.0 to 1.0, as in loss = 0.25"},
      {"[[segment]]\nloss = 1.5", "3:8", "1.5 is no probability; write a number from 0.0"},
      {"[[segment]]\nloss = nan", "3:8", "is no probability"},
      {"[[segment]]\nloss = 1e-12", "3:8", "less than one in a billion"},
      {"expect = { adapters = [] }", "2:23", "'adapters' wants a table with a table for each name"},
      {"expect = { violations = [3, 13] }", "2:29", "13 is out of range; write 1 to 12"},
  });
}

TEST(BadScenario, DurationsNeedAUnit) {
  expect_one_each({
      {"[engine]\ntimeout = 5", "3:11", "'timeout': a duration needs a unit; write \"5s\" or \"5ms\""},
      {"[engine]\ntimeout = \"5\"", "3:11", "\"5\" has no unit; write \"5s\""},
      {"[engine]\ntimeout = \"5 s\"", "3:11", "has an unknown unit; the units are ns, us, ms, s, m, h, d"},
      {"[engine]\ntimeout = \"-5s\"", "3:11", "is negative"},
      {"[engine]\ntimeout = \"0s\"", "3:11", "\"0s\" is too short; at least \"1ns\""},
      {"[engine]\ntimeout = \"200000d\"", "3:11", "is too long; at most 100 years"},
      {"[engine]\ntimeout = true", "3:11", "'timeout' wants a duration, as in timeout = \"30s\"; found true"},
  });
  expect_one_each_after_server({
      {"lease = \"1500ms\"", "6:9", "\"1500ms\" is no multiple of \"1s\""},
      {"lease = \"0s\"", "6:9", "at least \"1s\""},
  });
}

TEST(BadScenario, TextThatIsTooLongForItsOption) {
  std::string text = "options = { domain_name = \"\" }";
  text.insert(text.find("\" }"), 256, 'x');
  expect_one_each_after_server({{text, "6:27", "256 bytes are too long; at most 255"}});
}

TEST(BadScenario, GlobsThatAreNone) {
  expect_one_each({
      {"[[adapter]]\nname = \"E\"\n[[fault]]\nadapter = \"E[\"\nhang = true", "5:11", "'[' is never closed"},
      {"[[adapter]]\nname = \"E\"\n[[step]]\nset = { adapter = \"[z-a]\", dhcp = false }", "5:19", "is reversed"},
      {"expect = { adapters = { \"\" = { code = 0 } } }", "2:25", "'*' matches all"},
  });
}

TEST(BadScenario, ErrorsThatNobodyRaises) {
  expect_one_each({
      {"[[fault]]\nerror = \"ERROR_ACESS_DENIED\"", "3:9", "did you mean \"ERROR_ACCESS_DENIED\"?"},
      {"[[fault]]\nerror = \"nonsense\"", "3:9", "unknown error name \"nonsense\", write its number instead"},
      {"[[fault]]\nerror = -2147024891", "3:9", "out of range; write 0 to 4294967295"},
      {"[[fault]]\nerror = 4294967296", "3:9", "out of range"},
      {"[[fault]]\nerror = { provider = 2 }", "3:9", "2 is undocumented (2-63 and 99)"},
      {"[[fault]]\nerror = { provider = 63 }", "3:9", "63 is undocumented"},
      {"[[fault]]\nerror = { provider = 99 }", "3:9", "99 is undocumented"},
      {"[[fault]]\nerror = { provider = 98 }", "3:9", "98 tells of several adapters"},
      {"[[fault]]\nerror = {}", "3:9", "'fault.error' needs 'provider'"},
      {"[[fault]]\nerror = [5]", "3:9", "'error' wants an error name, a number or { provider = 86 }"},
  });
}

TEST(BadScenario, MissingAndDoubleKeys) {
  expect_one_each({
      {"[[adapter]]", "2:1", "[[adapter]] needs 'name', as in name = \"text\""},
      {"[[server]]\nname = \"a\"\naddress = \"10.0.0.1\"", "2:1", "[[server]] needs 'pool'"},
      {"name = \"a\"\nname = \"b\"", "3:8", "syntax error"},
      {"[host]\n[run]\n[host]", "4:1", "stands once, so merge the two"},
  });
  expect_one_each_after_server({
      {"options = { mask = \"255.0.0.0\", subnet_mask = \"255.0.0.0\" }", "6:13",
       "'mask' is another name of 'subnet_mask', which is here too; leave one out"},
  });
}

TEST(BadScenario, DuplicateNames) {
  expect_one_each({
      {"[[segment]]\nname = \"a\"\n[[segment]]\nname = \"a\"", "5:8",
       "another [[segment]] is called 'a' too, on line 3"},
      {"[[segment]]\n[[segment]]", "3:1", "another [[segment]] is called 'lan' too, on line 2"},
      {"[[adapter]]\nname = \"E\"\n[[adapter]]\nname = \"E\"", "5:8",
       "another [[adapter]] is called 'E' too, on line 3"},
      {"[[adapter]]\nname = \"E\"\ncount = 2\n[[adapter]]\nname = \"E 2\"", "6:8", "called 'E 2' too, on line 3"},
      {"[[adapter]]\nname = \"E 2\"\n[[adapter]]\nname = \"E\"\ncount = 2", "5:8", "called 'E 2' too, on line 3"},
      {"[[adapter]]\nname = \"E\"\ncount = 2\n[[adapter]]\nname = \"E\"\ncount = 1", "6:8", "called 'E 1' too"},
  });
  expect_one_each_after_server({
      {"[[server]]\nname = \"dhcp1\"\naddress = \"10.0.0.2\"\npool = \"10.0.0.20-10.0.0.29\"", "7:8",
       "another [[server]] is called 'dhcp1' too, on line 3"},
      {"[[server]]\nname = \"dhcp2\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.20-10.0.0.29\"", "8:11",
       "server 'dhcp1' has the address 10.0.0.1 on the same segment"},
  });
  EXPECT_THAT(mistakes_after_version("[[adapter]]\nname = \"E\"\ncount = 2\n[[adapter]]\nname = \"E 3\"\n"
                                     "[[adapter]]\nname = \"E\"\n[[adapter]]\nname = \"E 01\"\n"),
              IsEmpty())
      << "these are four different names";
}

TEST(BadScenario, NamesThatCannotBeShown) {
  expect_one_each({
      {"[[adapter]]\nname = \"\"", "3:8", "a [[adapter]] needs a name that is not empty"},
      {"[[adapter]]\nname = \"a\\nb\"", "3:8", "has control characters"},
      {"[[segment]]\nname = \"\"", "3:8", "a [[segment]] needs a name"},
  });
}

TEST(BadScenario, RelaysThatLeadNowhere) {
  expect_one_each_after_server({
      {"[[segment]]\nname = \"a\"\n[[segment]]\nname = \"b\"\nrelay = { server = \"dhcp\", address = \"10.0.2.1\" }",
       "10:20", "did you mean 'dhcp1'?"},
      {"[[segment]]\nname = \"a\"\nrelay = { server = \"dhcp1\", address = \"10.0.2.1\" }", "8:20",
       "is on this segment itself; a relay carries to another one"},
      {"[[segment]]\nname = \"a\"\n[[segment]]\nname = \"b\"\nrelay = { server = \"dhcp1\", address = \"10.0.0.11\" }",
       "10:39", "is in the pool of 'dhcp1'"},
      {"[[segment]]\nname = \"a\"\n[[segment]]\nname = \"b\"\nrelay = { server = \"dhcp1\", address = \"0.0.0.1\" }",
       "10:39", "is of network 0"},
      {"[[segment]]\nname = \"a\"\n[[segment]]\nname = \"b\"\nrelay = { server = \"dhcp1\", address = \"10.0.0.1\" }",
       "10:39", "is that of 'dhcp1'"},
  });
}

TEST(BadScenario, AddressesOutsideScopes) {
  expect_one_each({
      {"[[server]]\nname = \"a\"\naddress = \"0.0.0.0\"\npool = \"10.0.0.2-10.0.0.9\"", "4:11", "is of network 0"},
      {"[[server]]\nname = \"a\"\naddress = \"224.0.0.1\"\npool = \"10.0.0.2-10.0.0.9\"", "4:11", "multicast"},
      {"[[server]]\nname = \"a\"\naddress = \"127.0.0.1\"\npool = \"10.0.0.2-10.0.0.9\"", "4:11", "loopback"},
      {"[[server]]\nname = \"a\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.9-10.0.0.2\"", "5:8",
       "is reversed; write \"10.0.0.2-10.0.0.9\""},
      {"[[server]]\nname = \"a\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.9\"", "5:8", "is no pool"},
      {"[[server]]\nname = \"a\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.9-10.0.0.256\"", "5:8", "is no IPv4 address"},
      {"[[server]]\nname = \"a\"\naddress = \"10.0.0.1\"\npool = \"192.168.0.1-192.168.0.9\"", "5:8",
       "is outside the network of server 10.0.0.1"},
      {"[[server]]\nname = \"a\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.2-255.255.255.255\"", "5:8",
       "the pool's address 255.255.255.255 is a multicast"},
  });
  expect_one_each_after_server({
      {"[[adapter]]\nname = \"E\"\nlease = { state = \"bound\", address = \"10.0.0.20\" }", "8:38",
       "address 10.0.0.20 is outside the pool 10.0.0.10-10.0.0.19 of server 'dhcp1'"},
      {"[[adapter]]\nname = \"E\"\ncount = 2\nlease = { state = \"bound\", address = \"10.0.0.10\" }", "9:38",
       "cannot share one address"},
      {"[[adapter]]\nname = \"E\"\nlease = { state = \"bound\", address = \"10.0.0.10\" }\n"
       "[[adapter]]\nname = \"F\"\nlease = { state = \"bound\", address = \"10.0.0.10\" }",
       "11:38", "another adapter has the address 10.0.0.10"},
      {"[[adapter]]\nname = \"E\"\ncount = 11\nlease = { state = \"bound\" }", "9:9",
       "has 10 addresses, too few for 11 leases"},
  });
  EXPECT_THAT(
      mistakes_after_version("[[server]]\nname = \"a\"\naddress = \"10.0.0.1\"\npool = \"192.168.0.1-192.168.0.9\"\n"
                             "options = { subnet_mask = \"255.255.255.0\" }\n"),
      IsEmpty())
      << "the file says the mask, so it means it";
}

TEST(BadScenario, TimesOfALease) {
  expect_one_each_after_server({
      {"options = { renewal_time = \"8h\" }", "6:28", "renewal_time 8h has to be shorter than the lease, 8h"},
      {"options = { renewal_time = \"7h30m\" }", "6:28", "no longer than rebinding_time, 7h"},
      {"options = { rebinding_time = \"9h\" }", "6:30", "rebinding_time 9h has to be shorter than the lease, 8h"},
      {"options = { rebinding_time = \"3h\" }", "6:30", "no shorter than renewal_time, 4h"},
      {"options = { renewal_time = \"2h\", rebinding_time = \"1h\" }", "6:28", "no longer than rebinding_time, 1h"},
  });
}

TEST(BadScenario, ReferencesToNothing) {
  expect_one_each({
      {"[[adapter]]\nname = \"E\"\nsegment = \"lam\"", "4:11", "no [[segment]] is called 'lam'; did you mean 'lan'?"},
      {"[[adapter]]\nname = \"E\"\nlease = { state = \"bound\" }", "4:9", "a lease needs a server; add a [[server]]"},
      {"[[adapter]]\nname = \"E\"\nlease = { server = \"x\", state = \"bound\" }", "4:20", "add a [[server]]"},
      {"[[adapter]]\nname = \"E\"\n[[fault]]\nadapter = \"Wi-Fi*\"\nhang = true", "5:11",
       "no adapter matches 'Wi-Fi*'; there is 'E'"},
      {"[[adapter]]\nname = \"E\"\ncount = 9\n[[step]]\nset = { adapter = \"E 10\", dhcp = false }", "6:19",
       "no adapter matches 'E 10'; did you mean 'E 1'?"},
      {"[[step]]\nset = { adapter = \"*\", dhcp = false }", "3:19", "no adapter matches '*'; add an [[adapter]]"},
      {"[[adapter]]\nname = \"E\"\n[[step]]\ncall = \"ReleaseDHCPLease\"\nadapter = \"E*\"", "6:11",
       "no adapter is called 'E*'; did you mean 'E'?"},
      {"cause_key = \"host.elevatd\"", "2:13", "did you mean 'host.elevated'?"},
      {"cause_key = \"deadline\"", "2:13", "may be run.deadline or engine.deadline"},
  });
  expect_one_each_after_server({
      {"segment = \"dmz\"", "6:11", "no [[segment]] is called 'dmz'; there is 'lan'"},
      {"[[step]]\nset = { server = \"dhcp2\", state = \"down\" }", "7:18", "did you mean 'dhcp1'?"},
      {"[[step]]\nset = { segment = \"dmz\", loss = 1 }", "7:19", "no [[segment]] is called 'dmz'"},
      {"[[adapter]]\nname = \"E\"\nlease = { server = \"dhcp2\", state = \"none\" }", "8:20", "did you mean 'dhcp1'?"},
      {"[[server]]\nname = \"b\"\naddress = \"10.0.0.2\"\npool = \"10.0.0.20-10.0.0.29\"\n"
       "[[adapter]]\nname = \"E\"\nlease = { state = \"bound\" }",
       "12:9", "several servers may have given this lease; name one with server = \"dhcp1\""},
  });
}

// A call is on one adapter, so no pattern helps.
TEST(BadScenario, ACallsAdapterIsANameOfOne) {
  EXPECT_THAT(mistakes_after_version("[[adapter]]\nname = \"E\"\ncount = 2\n"
                                     "[[step]]\ncall = \"ReleaseDHCPLease\"\nadapter = \"E*\""),
              ElementsAre(HasSubstr("there is 'E 1'")));
}

TEST(BadScenario, LeasesThatContradictThemselves) {
  expect_one_each_after_server({
      {"[[adapter]]\nname = \"E\"\nlease = { server = \"dhcp1\" }", "8:9",
       "the lease has no state; add state = \"bound\""},
      {"[[adapter]]\nname = \"E\"\nlease = { acquire = true, state = \"bound\" }", "8:21",
       "leave it or the other keys"},
      {"[[adapter]]\nname = \"E\"\ndhcp = false\nlease = { state = \"bound\" }", "9:9", "dhcp = false has no lease"},
      {"[[adapter]]\nname = \"E\"\ndhcp = false\nlease = { acquire = true }", "9:9", "dhcp = false has no lease"},
      {"[[adapter]]\nname = \"E\"\nclient_id = \"\"", "8:13", "an empty client_id cannot be sent"},
  });
}

TEST(BadScenario, FaultsThatDoNothingOrTooMuch) {
  expect_one_each({
      {"[[fault]]\non = \"release\"", "2:1", "the fault does nothing; add error"},
      {"[[fault]]\nhang = true\nnth = 0", "4:7", "0 is out of range; write 1 to 4294967295"},
      {"[[fault]]\nhang = true\ntimes = 0", "4:9", "0 is out of range"},
      {"[[fault]]\non = \"enumerate\"\nerror = 5\neffect = \"full\"", "5:10", "'effect' makes no sense"},
      {"[[fault]]\non = \"enumerate\"\nhang = true", "4:8", "'hang' makes no sense"},
      {"[[adapter]]\nname = \"E\"\n[[fault]]\non = \"enumerate\"\nerror = 5\nadapter = \"E\"", "7:11",
       "'adapter' makes no sense"},
  });
}

TEST(BadScenario, StepsThatDoNothingOrTooMuch) {
  expect_one_each_after_server({
      {"[[step]]\nat = \"1s\"", "6:1", "the step does nothing; add call = \"ReleaseDHCPLeaseAll\", set or expect"},
      {"[[step]]\ncall = \"ReleaseDHCPLease\"", "7:8", "is called on one adapter; add adapter = \"...\""},
      {"[[step]]\ncall = \"Release\"", "7:8", "'call' wants one of \"ReleaseDHCPLeaseAll\""},
      {"[[adapter]]\nname = \"E\"\n[[step]]\ncall = \"RenewDHCPLeaseAll\"\nadapter = \"E\"", "10:11",
       "is called on all adapters; leave 'adapter' out, or call RenewDHCPLease"},
      {"[[step]]\nadapter = \"E\"\nexpect = {}", "7:1", "'adapter' in [[step]] makes sense beside 'call' alone"},
      {"[[step]]\nset = {}", "7:7", "names nothing to change; add adapter, server, segment or host"},
      {"[[step]]\nset = { server = \"dhcp1\", segment = \"lan\", loss = 1 }", "7:7", "names server and segment"},
      {"[[step]]\nset = { server = \"dhcp1\" }", "7:7", "changes nothing of the server; add what becomes of it"},
      {"[[step]]\nset = { host = {} }", "7:7", "changes nothing of the host"},
      {"[[step]]\nset = { server = \"dhcp1\", state = \"up\", loss = 1 }", "7:41",
       "makes sense beside 'segment' alone"},
  });
}

TEST(BadScenario, MoreThanAPacketOrARunCanTake) {
  const std::string long_name =
      "[[adapter]]\nname = \"E\"\nsettings = { host_name = \"" + std::string(256, 'a') + "\" }";
  expect_one_each({
      {"[[segment]]\nname = \"lan\"\nlatency = \"25h\"", "4:11", "\"25h\" is too long; at most \"1d\""},
      {long_name, "4:26", "256 bytes are too long; at most 255"},
      {"[engine]\nverify_interval = \"1ns\"", "3:19", "\"1ns\" is too short; at least \"1us\""},
  });
}

TEST(BadScenario, LeasesTooShortForTheirState) {
  const auto of = [](std::string_view lease, std::string_view state) {
    std::string text = "[[server]]\nname = \"s\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.2-10.0.0.9\"\nlease = \"";
    text.append(lease).append("\"\n[[adapter]]\nname = \"E\"\nlease = { state = \"").append(state).append("\" }");
    return text;
  };
  EXPECT_THAT(mistakes_after_version(of("8s", "rebinding")),
              ElementsAre("9:19: error: a lease of server 's' is rebinding for 1 s, too short to be 1 s into it; "
                          "write a longer server.lease"));
  EXPECT_THAT(mistakes_after_version(of("16s", "rebinding")), IsEmpty());
  EXPECT_THAT(mistakes_after_version(of("2s", "renewing")), SizeIs(1));
  EXPECT_THAT(mistakes_after_version(of("8s", "renewing")), IsEmpty());
}

TEST(BadScenario, ExpectationsThatCannotBeMet) {
  expect_one_each({
      {"expect = { code = -1 }", "2:19", "-1 is out of range; write 0 to 4294967295"},
      {"expect = { code = 4294967296 }", "2:19", "out of range"},
      {"expect = { adapters = { E = { address = \"some\" } } }", "2:41", "write \"none\", \"any\" or one like"},
      {"expect = { adapters = { E = { decision = \"done\" } } }", "2:42", "wants one of \"completed\", \"timed_out\""},
      {"expect = { adapters = { E = 0 } }", "2:29", "'E' wants a table"},
      {"expect = { violations = [10] }", "2:25", "invariant 10 is not checked in a run; those are 1 to 9 and 12"},
      {"[[step]]\nexpect = { packets = { ack = -1 } }", "3:30", "-1 is out of range"},
  });
  EXPECT_THAT(
      mistakes_after_version("[expect]\nadapters = { nobody = { code = 0 } }\nservers = { none = { free = 1 } }\n"),
      IsEmpty())
      << "an expectation that names nothing fails when it is played";
}

TEST(BadScenario, HugeCounts) {
  expect_one_each({
      {"[[adapter]]\nname = \"E\"\ncount = 9223372036854775807", "4:9", "write 1 to 1000000"},
      {"[[adapter]]\nname = \"E\"\ncount = 9223372036854775808", "4:28", "syntax error"},
      {"[[adapter]]\nname = \"E\"\ncount = 0", "4:9", "write 1 to 1000000"},
      {"[[adapter]]\nname = \"E\"\ncount = -1", "4:9", "write 1 to 1000000"},
  });
  std::string servers;
  for (int i = 0; i <= 4096; ++i) servers += "[[server]]\n";
  expect_one_each({{servers, "2:1", "'server': 4097 elements are too many; at most 4096"}});
  std::string five_million;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    five_million += std::string("[[adapter]]\nname = \"") + name + "\"\ncount = 1000000\n";
  }
  expect_one_each({{five_million, "16:9", "more than 4000000 adapters so far; lower a count"}});
}

TEST(BadScenario, VersionsThatWeDoNotRead) {
  EXPECT_THAT(mistakes_in(""), ElementsAre("1:1: error: the file needs 'version', as in version = 1"));
  EXPECT_THAT(mistakes_in("# nothing\n"), ElementsAre(HasSubstr("needs 'version'")));
  EXPECT_THAT(
      mistakes_in("version = 2\nnew_key = 1\n"),
      ElementsAre(AllOf(StartsWith("1:11: error: version 2 is newer than this unlease"), HasSubstr("later unlease"))));
  EXPECT_THAT(mistakes_in("version = 0"), ElementsAre(HasSubstr("write 1")));
  EXPECT_THAT(mistakes_in("version = \"1\""), ElementsAre(HasSubstr("version = 1")));
}

TEST(BadScenario, SyntaxErrorsCarryAHint) {
  expect_one_each({
      {"name = \n", "2:8", "write a value behind the '='"},
      {"name = ERROR_GEN_FAILURE", "2:8", "text goes in quotes"},
      {"name = yes", "2:8", "text goes in quotes"},
      {"name = True", "2:8", "write true or false"},
      {"name = \"a", "2:10", "close the quote"},
      {"name \"a\"", "2:6", "write key = value"},
      {"Wi-Fi 2 = 1", "2:7", "goes in quotes"},
      {"timeout = 5s", "2:12", "durations and addresses go in quotes"},
      {"address = 10.0.0.1", "2:15", "durations and addresses go in quotes"},
      {"// comment", "2:1", "comments start with '#'"},
      {"a = \"C:\\dir\"", "2:9", "write \\\\ for a backslash"},
      {"a = { b = 1, }", "2:14", "leave the last comma out"},
      {"a = {\nb = 1 }", "2:6", "on one line"},
      {"a = [1", "2:7", "close the quote or bracket"},
      {"a = 1 b = 2", "2:7", "start a new line"},
  });
}

}  // namespace
}  // namespace unlease::sim
