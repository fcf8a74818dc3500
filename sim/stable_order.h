// std::ranges::stable_sort for small things. The library's own uses a function that clang reports as deprecated.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace unlease::sim {

// Sorts by projection(element), ascending; equals keep their order.
template <class T, class Projection>
void stable_order(std::vector<T>& elements, Projection projection) {
  using Key = std::decay_t<std::invoke_result_t<Projection&, const T&>>;
  std::vector<std::pair<Key, std::size_t>> order;
  order.reserve(elements.size());
  for (const T& element : elements) order.emplace_back(std::invoke(projection, element), order.size());
  std::ranges::sort(order);
  std::vector<T> sorted;
  sorted.reserve(elements.size());
  for (const auto& [key, index] : order) sorted.push_back(std::move(elements[index]));
  elements = std::move(sorted);
}

}  // namespace unlease::sim
