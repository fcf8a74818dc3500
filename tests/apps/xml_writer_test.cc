// XML and the UTF-8 in it.
#include "apps/unlease/xml_writer.h"

#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "apps/unlease/utf8.h"

namespace unlease::app {
namespace {

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// The document that `write` makes, without its declaration.
template <class Write>
std::string document(const Write& write) {
  std::ostringstream out;
  XmlWriter xml(out);
  write(xml);
  EXPECT_TRUE(out.str().starts_with(kDeclaration));
  return out.str().substr(kDeclaration.size());
}

TEST(XmlWriter, ElementsAreIndentedAndEmptyOnesClosedAtOnce) {
  EXPECT_EQ(document([](XmlWriter& xml) {
              xml.begin("a", {{"x", "1"}, {"y", "2"}});
              xml.begin("b");
              xml.element("c");
              xml.end();
              xml.element("d", {{"z", ""}}, "text");
              xml.end();
            }),
            "<a x=\"1\" y=\"2\">\n  <b>\n    <c/>\n  </b>\n  <d z=\"\">text</d>\n</a>\n");
  EXPECT_EQ(document([](XmlWriter& xml) { xml.element("a"); }), "<a/>\n");
}

TEST(XmlWriter, TextAndAttributesSayWhatTheyWereGiven) {
  EXPECT_EQ(document([](XmlWriter& xml) { xml.element("a", {{"b", "<&>\"'\n\t\r"}}, "<&>\"'\n\t\r]]>"); }),
            "<a b=\"&lt;&amp;&gt;&quot;'&#10;&#9;&#13;\">&lt;&amp;&gt;\"'\n\t&#13;]]&gt;</a>\n");
}

TEST(XmlWriter, WhatXmlCannotCarryIsReplaced) {
  EXPECT_EQ(document([](XmlWriter& xml) { xml.element("a", {{"b", "\x1b[31m"}}, std::string_view("\0x", 2)); }),
            "<a b=\"\uFFFD[31m\">\uFFFDx</a>\n");
}

TEST(CleanUtf8, GoodTextStaysAsItIs) {
  for (const std::string_view text : {"", "plain \t\r\n~\x7f", "ä€\U0001F600", "\uD7FF\uE000\uFFFD\U0010FFFF"}) {
    EXPECT_EQ(clean_utf8(text), text);
  }
}

TEST(CleanUtf8, EachBadByteBecomesOneReplacement) {
  EXPECT_EQ(clean_utf8("a\x80"), "a\uFFFD") << "a continuation without a begin";
  EXPECT_EQ(clean_utf8("\xC3"), "\uFFFD") << "cut off";
  EXPECT_EQ(clean_utf8("\xE2\x82x"), "\uFFFD\uFFFDx") << "cut off by another character";
  EXPECT_EQ(clean_utf8("\xC0\xAF"), "\uFFFD\uFFFD") << "longer than it has to be";
  EXPECT_EQ(clean_utf8("\xE0\x80\xAF"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(clean_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(clean_utf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "beyond the last code point";
  EXPECT_EQ(clean_utf8("\xFF\xFE"), "\uFFFD\uFFFD");
}

TEST(CleanUtf8, WhatIsNoXmlCharacterBecomesOneReplacement) {
  EXPECT_EQ(clean_utf8(std::string_view("\0\x01\x1f", 3)), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(clean_utf8("\xEF\xBF\xBE|\xEF\xBF\xBF"), "\uFFFD|\uFFFD") << "U+FFFE, U+FFFF";
}

}  // namespace
}  // namespace unlease::app
