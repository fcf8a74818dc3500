// From what went wrong to the method's number: one published table of rows for an error, one pure function for many.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/error.h"
#include "engine/hal.h"
#include "engine/return_code.h"

namespace unlease {

// What the documentation leaves open, as named choices. Each is marked *assumed* in the published tables.
struct Policies {
  // The code when no adapter is a target: kSuccess or kDhcpNotEnabled.
  ReturnCode no_dhcp_adapters = ReturnCode::kSuccess;
  // The code of a release on an adapter that has no lease (Win32 1228): kSuccess or kUnableToRelease.
  ReturnCode no_lease = ReturnCode::kSuccess;
  // Adapters under DHCP without IP: false = they give 84, true = they are skipped, as if absent.
  bool skip_ip_disabled = false;
};

// A row of the published table. A row applies where all it names agree; the first that applies decides, so the
// most specific rows stand first.
struct MappingRow {
  std::optional<Operation> operation;  // none: either
  std::optional<Origin> origin;        // none: any
  std::uint32_t first;                 // Win32 values, inclusive; 0 and 0xFFFFFFFF: any failure
  std::uint32_t last;
  ReturnCode code;
  bool assumed;             // nobody documents it
  std::string_view reason;  // one sentence
};

// All rows, in the order in which they are tried. Static storage.
std::span<const MappingRow> mapping_rows();

// The row that decides `error`; null where none does and the general rules apply: provider codes stand for
// themselves, HRESULTs and Win32 values >= 101 pass through ("Other"), values below 101 become 65.
const MappingRow* find_mapping(Operation operation, Error error);

// The code of one adapter's outcome.
ReturnCode map_error(Operation operation, Error error, const Policies& policies);

// The method's number when the enumeration failed with `error`. ERROR_NO_DATA is not a failure: see
// release_dhcp_lease_all.
ReturnCode map_enumeration_error(Operation operation, Error error);

// Gathers outcomes and gives the method's number. It is a pure function of the multiset of codes added:
// none -> policy; all succeeded -> 0, or 1 if any needs a reboot; all failed with the same code -> that code;
// else 98. *Assumed*: no page gives the rule.
class Aggregate {
 public:
  void add(ReturnCode code);
  ReturnCode result(const Policies& policies) const;

 private:
  std::uint64_t succeeded_ = 0;
  std::uint64_t failed_ = 0;
  bool reboot_ = false;
  bool mixed_failures_ = false;
  ReturnCode failure_{};
};

}  // namespace unlease
