// `unlease explain`, and the tables behind it.
#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/unlease/advice.h"
#include "apps/unlease/reading.h"
#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ExplainCommand : public CommandLineTest {};

TEST_F(ExplainCommand, AReturnCodeComesWithBothReadingsItsErrorsAdviceAndScenarios) {
  write("scenarios/x/91.toml", not_elevated());
  const Ran ran = unlease({"explain", "91"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, StartsWith("91 = 0x5B\n"));
  EXPECT_THAT(ran.out, HasSubstr("From the method, the first reading holds."));
  EXPECT_THAT(ran.out, HasSubstr("91 (Access denied)"));
  EXPECT_THAT(ran.out, HasSubstr("Who meets this:"));
  EXPECT_THAT(ran.out, HasSubstr("5 ERROR_ACCESS_DENIED"));
  EXPECT_THAT(ran.out, HasSubstr("assumed"));
  EXPECT_THAT(ran.out, HasSubstr("As a Win32 error:"));
  EXPECT_THAT(ran.out, HasSubstr("scenarios/x/91.toml  natural  91: not elevated"));
}

TEST_F(ExplainCommand, EightyThreeIsAFailedReleaseOrAWin32ErrorThatBecomes65) {
  const Ran ran = unlease({"explain", "83"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("83 (Unable to release DHCP lease)"));
  EXPECT_THAT(ran.out, HasSubstr("1460 ERROR_TIMEOUT"));
  EXPECT_THAT(ran.out, HasSubstr("65 (Unknown failure)"));
  EXPECT_THAT(ran.out, HasSubstr("There is no folder 'scenarios'"));
}

TEST_F(ExplainCommand, AnErrorNameIsMappedAndLeadsToItsReturnCode) {
  const Ran ran = unlease({"explain", "error_access_denied"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("ERROR_ACCESS_DENIED"));
  EXPECT_THAT(ran.out, HasSubstr("91 (Access denied)"));
  EXPECT_THAT(ran.out, HasSubstr("unlease explain 91"));
  EXPECT_THAT(ran.out, Not(HasSubstr("As the return value")));
}

TEST_F(ExplainCommand, AnHresultReadsTheSameInEverySpelling) {
  const Ran hexadecimal = unlease({"explain", "0x8004A024"});
  EXPECT_EQ(hexadecimal.code, 0);
  EXPECT_THAT(hexadecimal.out, StartsWith("2147786788 = 0x8004A024 = -2147180508 read as signed\n"));
  EXPECT_THAT(hexadecimal.out, HasSubstr("NETCFG_E_NO_WRITE_LOCK"));
  EXPECT_THAT(hexadecimal.out, HasSubstr("2147786788 (Other)"));
  EXPECT_EQ(unlease({"explain", "-2147180508"}).out, hexadecimal.out);
  EXPECT_EQ(unlease({"explain", "2147786788"}).out, hexadecimal.out);
  EXPECT_EQ(unlease({"explain", "--scenarios", "scenarios", "-2147180508"}).out, hexadecimal.out);
  EXPECT_EQ(unlease({"explain", "-2147180508", "--scenarios", "scenarios"}).out, hexadecimal.out);
}

TEST_F(ExplainCommand, TheLastNumberIsMinusOne) {
  const Ran ran = unlease({"explain", "4294967295"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, StartsWith("4294967295 = 0xFFFFFFFF = -1 read as signed\n"));
  EXPECT_EQ(unlease({"explain", "-1"}).out, ran.out);
}

TEST_F(ExplainCommand, AWrappedWin32ErrorIsUnwrapped) {
  const Ran ran = unlease({"explain", "0x80070005"});
  EXPECT_THAT(ran.out, HasSubstr("It wraps the Win32 error 5 ERROR_ACCESS_DENIED."));
  EXPECT_THAT(ran.out, HasSubstr("The method never returns this number"));
}

TEST_F(ExplainCommand, PoliciesAreShownWhereTheyDecide) {
  const Ran ran = unlease({"explain", "1228"});
  EXPECT_THAT(ran.out, HasSubstr("0 (Successful completion, no reboot required), 83 with no_lease = \"83\""));
  EXPECT_THAT(ran.out, HasSubstr("ERROR_ADDRESS_NOT_ASSOCIATED"));
}

TEST_F(ExplainCommand, UndocumentedNumbersAreCalledThat) {
  EXPECT_THAT(unlease({"explain", "5"}).out,
              AllOf(HasSubstr("5 (undocumented)"), HasSubstr("The method never returns this number")));
  EXPECT_THAT(unlease({"explain", "99"}).out, HasSubstr("99 (undocumented)"));
}

TEST_F(ExplainCommand, AReturnCodesNameOrAPartOfItIsEnough) {
  EXPECT_THAT(unlease({"explain", "Access denied"}).out, StartsWith("91 = "));
  EXPECT_THAT(unlease({"explain", "wins"}).out, StartsWith("75 = "));
  const Ran several = unlease({"explain", "lease"});
  EXPECT_EQ(several.code, 2);
  EXPECT_THAT(several.err, AllOf(HasSubstr("\n  83 Unable to release DHCP lease"), HasSubstr("\n  98 Not all")));
}

TEST_F(ExplainCommand, NonsenseIsAUsageErrorWithASuggestionWhereThereIsOne) {
  const Ran near = unlease({"explain", "ERROR_ACESS_DENIED"});
  EXPECT_EQ(near.code, 2);
  EXPECT_THAT(near.err, HasSubstr("did you mean 'ERROR_ACCESS_DENIED'?"));
  for (const std::string_view text : {"nonsense-without-like", "4294967296", "-2147483649", "0x", "0x1FFFFFFFF", "12a",
                                      "0x-1", "", "99999999999999999999999"}) {
    const Ran ran = unlease({"explain", text});
    EXPECT_EQ(ran.code, 2) << text;
    EXPECT_THAT(ran.out, IsEmpty()) << text;
    EXPECT_THAT(ran.err, HasSubstr("error:")) << text;
  }
  EXPECT_EQ(unlease({"explain"}).code, 2);
  EXPECT_EQ(unlease({"explain", "1", "2"}).code, 2);
}

TEST_F(ExplainCommand, ScenariosAreFoundByAStepsExpectationTooAndInvalidFilesAreLeftOut) {
  write("mine/step.toml", "version = 1\nname = \"in a step\"\n" + std::string(kWorld) +
                              "[host]\nelevated = false\n[[step]]\ncall = \"ReleaseDHCPLeaseAll\"\n"
                              "expect = { code = 91 }\n");
  write("mine/bad.toml", misspelt());
  const Ran ran = unlease({"explain", "91", "--scenarios", "mine"});
  EXPECT_THAT(ran.out, HasSubstr("mine/step.toml  -  in a step"));
  EXPECT_THAT(ran.out, Not(HasSubstr("bad.toml")));
  EXPECT_THAT(unlease({"explain", "92", "--scenarios", "mine"}).out, HasSubstr("No scenario below 'mine' expects it."));
}

TEST(Advice, EveryDocumentedCodeHasARowOfItsOwnWithBothTexts) {
  for (const ReturnCodeRow& row : return_code_rows()) {
    const Advice& found = advice(ReturnCode{row.first});
    EXPECT_EQ(found.first, row.first);
    EXPECT_FALSE(found.met_by.empty()) << row.first;
    EXPECT_FALSE(found.remedy.empty()) << row.first;
  }
}

TEST(Reading, NumbersHaveTwoReadingsAndNamesOne) {
  const auto number = read_argument("-1");
  ASSERT_TRUE(number.has_value());
  EXPECT_EQ(number->code, ReturnCode{0xFFFFFFFFU});
  EXPECT_EQ(number->error, hresult_error(Origin::kApi, 0xFFFFFFFFU));
  const auto name = read_argument("WBEM_E_ACCESS_DENIED");
  ASSERT_TRUE(name.has_value());
  EXPECT_FALSE(name->code.has_value());
  EXPECT_EQ(name->error, hresult_error(Origin::kApi, 0x80041003U));
}

}  // namespace
}  // namespace unlease::app
