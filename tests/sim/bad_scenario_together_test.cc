// Several mistakes in one file: each is reported once, all in one pass, in the order of the file.
#include <initializer_list>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/scenario_test_support.h"

namespace unlease::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::UnorderedElementsAre;

std::string text_of(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const std::string_view line : lines) text += std::string(line) + "\n";
  return text;
}

TEST(BadScenario, AllMistakesAreReportedInOnePassInTheirOrder) {
  const std::string text = text_of({
      "version = 1",                            // 1
      "nmae = \"x\"",                           // 2
      "[[fault]]",                              // 3
      "error = \"ERROR_NONE_SUCH\"",            // 4
      "[[adapter]]",                            // 5
      "name = \"E\"",                           // 6
      "segment = \"lost\"",                     // 7
      "count = \"two\"",                        // 8
      "[engine]",                               // 9
      "timeout = 30",                           // 10
      "[expect]",                               // 11
      "code = -17",                             // 12
      "packets = { relaese = 1, ack = true }",  // 13
      "[host]",                                 // 14
      "elevated = 1",                           // 15
  });
  EXPECT_THAT(
      mistakes_in(text),
      ElementsAre(StartsWith("2:1: error: unknown key 'nmae'"), StartsWith("4:9: error: 'error': unknown error name"),
                  StartsWith("7:11: error: no [[segment]] is called 'lost'"), StartsWith("8:9: error: 'count' wants"),
                  StartsWith("10:11: error: 'timeout': a duration needs"),
                  StartsWith("12:8: error: 'code': -17 is out"), StartsWith("13:13: error: unknown key 'relaese'"),
                  StartsWith("13:32: error: 'ack' wants"), StartsWith("15:12: error: 'elevated' wants")));
}

// What is wrong with a name is said also where something else beside it is.
TEST(BadScenario, MistakesBesideEachOtherAreAllReported) {
  EXPECT_THAT(mistakes_after_version(std::string(kServerLines) +
                                     "[[adapter]]\nname = \"E\"\nlease = { server = \"dhcp2\", acquire = true }"),
              UnorderedElementsAre(HasSubstr("did you mean 'dhcp1'?"), HasSubstr("leave it or the other keys")));
  EXPECT_THAT(
      mistakes_after_version(std::string(kServerLines) +
                             "[[adapter]]\nname = \"E\"\n[[step]]\ncall = \"ReleaseDHCPLaese\"\nadapter = \"F\""),
      UnorderedElementsAre(HasSubstr("did you mean \"ReleaseDHCPLease\"?"), HasSubstr("no adapter is called 'F'")));
}

TEST(BadScenario, OneMistakeIsReportedOnce) {
  // The server's name is wrong, so it may be the one that the lease means; its missing address is not 0.0.0.0 too.
  EXPECT_THAT(
      mistakes_after_version("[[server]]\nname = 5\npool = \"10.0.0.2-10.0.0.9\"\n"
                             "[[adapter]]\nname = \"E\"\nlease = { server = \"dhcp1\", state = \"bound\" }\n"),
      ElementsAre(StartsWith("2:1: error: [[server]] needs 'address'"), StartsWith("3:8: error: 'name' wants")));
}

}  // namespace
}  // namespace unlease::sim
