// Where a document goes that the user asked for: a file, or the standard output.
#pragma once

#include <expected>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

namespace unlease::app {

class OutputFile {
 public:
  // Opens `path` for writing; "-" is `standard`, where there is one. An error says which path and why.
  static std::expected<OutputFile, std::string> open(const std::string& path, std::ostream* standard = nullptr);

  std::ostream& stream() { return file_ ? *file_ : *standard_; }
  // Closes the file, and says what is wrong if something could not be written. `standard` is its owner's to judge.
  std::expected<void, std::string> finish();

 private:
  OutputFile(std::string path, std::ostream* standard) : path_(std::move(path)), standard_(standard) {}

  std::string path_;
  std::ostream* standard_;
  std::unique_ptr<std::ofstream> file_;  // none for `standard`
};

}  // namespace unlease::app
