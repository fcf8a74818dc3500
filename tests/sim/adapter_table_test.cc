#include "sim/adapter_table.h"

#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace unlease::sim {
namespace {

using testing::Optional;

AdapterSpec entry(std::string name, std::optional<std::uint32_t> count = {}) {
  AdapterSpec spec;
  spec.name = std::move(name);
  spec.count = count;
  return spec;
}

class AdapterTableTest : public testing::Test {
 protected:
  const std::vector<AdapterSpec> entries_ = {entry("Wi-Fi"), entry("Ethernet", 1000), entry("Ethernet"),
                                             entry("one", 1)};
  const AdapterTable table_{entries_};
};

TEST_F(AdapterTableTest, CountsMultiplyOut) {
  EXPECT_EQ(table_.size(), 1003U);
  EXPECT_EQ(table_.entry_index(0), 0U);
  EXPECT_EQ(table_.entry_index(1), 1U);
  EXPECT_EQ(table_.entry_index(1000), 1U);
  EXPECT_EQ(table_.entry_index(1001), 2U);
  EXPECT_EQ(table_.entry_index(1002), 3U);
  EXPECT_EQ(&table_.entry(500), &entries_[1]);
  EXPECT_EQ(table_.first_of(1), 1U);
  EXPECT_EQ(table_.end_of(1), 1001U);
  EXPECT_EQ(table_.end_of(3), table_.size());
}

TEST_F(AdapterTableTest, OnlyEntriesWithACountHaveOrdinals) {
  EXPECT_EQ(to_string(table_.name(0)), "Wi-Fi");
  EXPECT_EQ(to_string(table_.name(1)), "Ethernet 1");
  EXPECT_EQ(to_string(table_.name(1000)), "Ethernet 1000");
  EXPECT_EQ(to_string(table_.name(1001)), "Ethernet");
  EXPECT_EQ(to_string(table_.name(1002)), "one 1");
}

TEST_F(AdapterTableTest, EveryNameIsFoundAndNoOther) {
  for (std::uint32_t i = 0; i < table_.size(); ++i) EXPECT_THAT(table_.find(to_string(table_.name(i))), Optional(i));
  for (const char* other : {"", "Wi", "Wi-Fi 1", "wi-fi", "Ethernet ", "Ethernet 0", "Ethernet 1001", "Ethernet 01",
                            "Ethernet +1", "Ethernet 1 ", "Ethernet 99999999999999999999", "one", "one 2"}) {
    EXPECT_EQ(table_.find(other), std::nullopt) << other;
  }
}

TEST_F(AdapterTableTest, NoEntriesMakeAnEmptyTable) {
  const AdapterTable empty({});
  EXPECT_EQ(empty.size(), 0U);
  EXPECT_EQ(empty.find("Wi-Fi"), std::nullopt);
}

TEST_F(AdapterTableTest, GuidsAreDistinctAscendAndLeadBack) {
  Guid last{};
  for (const std::uint32_t index : {0U, 1U, 255U, 256U, 65'536U, 3'999'999U, 0xFFFF'FFFFU}) {
    const Guid guid = AdapterTable::guid(index);
    EXPECT_LT(last, guid);
    EXPECT_THAT(AdapterTable::index_of(guid), Optional(index));
    last = guid;
  }
  EXPECT_EQ(to_string(AdapterTable::guid(0x0102'0304)).substr(25), "000001020304}");
}

TEST_F(AdapterTableTest, OtherGuidsLeadNowhere) {
  EXPECT_EQ(AdapterTable::index_of(Guid{}), std::nullopt);
  for (std::size_t i = 0; i < 12; ++i) {
    Guid guid = AdapterTable::guid(7);
    guid.bytes[i] ^= 1U;
    EXPECT_EQ(AdapterTable::index_of(guid), std::nullopt) << "byte " << i;
  }
}

}  // namespace
}  // namespace unlease::sim
