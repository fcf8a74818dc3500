// docs/embedding.md shows the files of tests/embedding, which the tests Embedding.* build and run.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace unlease {
namespace {

std::string embedding_file(const std::filesystem::path& path) {
  std::ifstream file(std::filesystem::path(UNLEASE_SOURCE_DIR) / path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(EmbeddingDoc, ShowsTheFilesThatAreTested) {
  const std::string doc = embedding_file("docs/embedding.md");
  for (const auto& [language, name] :
       {std::pair("cmake", "CMakeLists.txt"), std::pair("toml", "office.toml"), std::pair("cpp", "polite_test.cc")}) {
    const std::string text = embedding_file(std::filesystem::path("tests/embedding") / name);
    ASSERT_FALSE(text.empty()) << name;
    const std::string block = std::string("```") + language + '\n' + text + "```\n";
    EXPECT_THAT(doc, testing::HasSubstr(block)) << name;
  }
}

}  // namespace
}  // namespace unlease
