// The DOM of a JSON document, three times: with cex in an arena, and as one twin over std
// and over std::pmr. Each is made with
//
//   Dom dom;
//   if (!dom.parse(text)) … dom.error()
//   uint64_t sum = dom.checksum();
//
// and all have the same checksum, in which all that a document says counts, the order
// of an array too, but not that of an object's members.
#ifndef CEX_BENCH_PROGRAMS_JSON_DOM_H_
#define CEX_BENCH_PROGRAMS_JSON_DOM_H_

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bit>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include "bench/checksum.h"
#include "bench/programs/json_parser.h"
#include "bench/programs/library.h"
#include "cex/arena.h"
#include "cex/collections.h"

namespace cex::bench {

// What the parts of a document add to its checksum.
inline uint64_t text_sum(std::string_view text) {
  uint64_t sum = text.size();
  for (const char c : text) sum = sum * 31 + static_cast<unsigned char>(c);
  return mix(sum + 3);
}
inline uint64_t null_sum() { return mix(1); }
inline uint64_t boolean_sum(bool value) { return mix(value ? 5 : 4); }
// Both zeroes are one number.
inline uint64_t number_sum(double value) { return mix(std::bit_cast<uint64_t>(value + 0.0) + 6); }
inline uint64_t element_sum(uint64_t so_far, uint64_t element) { return mix(so_far + element + 7); }
inline uint64_t member_sum(uint64_t name, uint64_t value) { return mix(name * 3 + value); }
inline uint64_t array_sum(uint64_t elements, size_t count) { return mix(elements + count + 8); }
inline uint64_t object_sum(uint64_t members, size_t count) { return mix(members + count + 9); }

// ---- cex: values are 16 bytes, and all lies in one arena, which goes as a whole.
class CexJson {
 public:
  struct Value;
  using Text = std::string_view;
  using Array = arr$(Value);
  using Object = hm$(std::string_view, Value);
  struct Value {
    enum class Kind : uint32_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
    Value() : string(nullptr) {}

    Kind kind = Kind::kNull;
    uint32_t size = 0;  // of a string
    union {
      double number;
      const char* string;
      Array array;    // null: an empty one
      Object object;  // null: an empty one
    };
  };

  static constexpr const char* kName = "cex";

  CexJson() = default;
  ~CexJson() { AllocatorArena.destroy(arena_); }
  CexJson(const CexJson&) = delete;
  CexJson& operator=(const CexJson&) = delete;

  bool parse(std::string_view text) {
    JsonParser<CexJson> parser(*this, text);
    root_ = null();
    const bool ok = parser.parse(&root_);
    error_ = parser.error();
    return ok;
  }
  JsonError error() const { return error_; }
  uint64_t checksum() const { return sum(root_); }

  // What the parser calls.
  static Text no_text() { return {}; }
  static Value null() { return make(Value::Kind::kNull); }
  static Value boolean(bool b) { return make(b ? Value::Kind::kTrue : Value::Kind::kFalse); }
  static Value number(double number) {
    Value value = make(Value::Kind::kNumber);
    value.number = number;
    return value;
  }
  static Value string(Text text) {
    Value value = make(Value::Kind::kString);
    if (text.size() > UINT32_MAX) abort();
    value.size = static_cast<uint32_t>(text.size());
    value.string = text.data();
    return value;
  }
  Text text(std::string_view view) {
    if (view.empty()) return {};
    memcpy(begin_text(view.size()), view.data(), view.size());
    return {decoded_, view.size()};
  }
  char* begin_text(size_t most) {
    decoded_ = mem$malloc(arena_, most, 1);
    if (decoded_ == nullptr) abort();
    return decoded_;
  }
  Text end_text(size_t size) const { return {decoded_, size}; }
  static Array array() { return nullptr; }
  void append(Array& array, const Value& value) {
    if (array == nullptr) arr$new(array, arena_);
    arr$push(array, value);
  }
  static Value finish(Array array) {
    Value value = make(Value::Kind::kArray);
    value.array = array;
    return value;
  }
  static Object object() { return nullptr; }
  void set(Object& object, Text name, const Value& value) {
    if (object == nullptr) hm$new(object, arena_);
    hm$set(object, name, value);
  }
  static Value finish(Object object) {
    Value value = make(Value::Kind::kObject);
    value.object = object;
    return value;
  }

 private:
  static Value make(Value::Kind kind) {
    Value value;
    value.kind = kind;
    return value;
  }

  static uint64_t sum(const Value& value) {
    switch (value.kind) {
      case Value::Kind::kNull:
        return null_sum();
      case Value::Kind::kFalse:
        return boolean_sum(false);
      case Value::Kind::kTrue:
        return boolean_sum(true);
      case Value::Kind::kNumber:
        return number_sum(value.number);
      case Value::Kind::kString:
        return text_sum({value.string, value.size});
      case Value::Kind::kArray: {
        uint64_t total = 0;
        for$eachp (element, value.array) total = element_sum(total, sum(*element));
        return array_sum(total, arr$len(value.array));
      }
      case Value::Kind::kObject: {
        uint64_t total = 0;
        for$eachp (member, value.object) {
          total += member_sum(text_sum(member->key), sum(member->value));
        }
        return object_sum(total, hm$len(value.object));
      }
    }
    abort();
  }

  IAllocator arena_ = AllocatorArena.create(size_t{256} << 10);
  char* decoded_ = nullptr;
  Value root_ = null();
  JsonError error_;
};

// ---- The same with the containers of the standard library.
template <typename Library>
class StdJson {
 public:
  struct Value;
  using Text = typename Library::String;
  using Array = typename Library::template Vector<Value>;
  using Object = typename Library::template Map<Value>;
  struct Value {
    std::variant<std::monostate, bool, double, Text, Array, Object> is;
  };

  static constexpr const char* kName = Library::kName;

  StdJson() = default;
  ~StdJson() {
    if constexpr (!Library::kGoesWithItsMemory) root_.value.~Value();
  }
  StdJson(const StdJson&) = delete;
  StdJson& operator=(const StdJson&) = delete;

  bool parse(std::string_view text) {
    JsonParser<StdJson> parser(*this, text);
    const bool ok = parser.parse(&root_.value);
    error_ = parser.error();
    return ok;
  }
  JsonError error() const { return error_; }
  uint64_t checksum() const { return sum(root_.value); }

  // What the parser calls.
  Text no_text() { return Text(library_.memory()); }
  static Value null() { return {}; }
  static Value boolean(bool b) { return {b}; }
  static Value number(double number) { return {number}; }
  static Value string(Text&& text) { return {std::move(text)}; }
  Text text(std::string_view view) { return Text(view, library_.memory()); }
  char* begin_text(size_t most) {
    decoded_.resize(most);
    return decoded_.data();
  }
  Text end_text(size_t size) { return Text(decoded_.data(), size, library_.memory()); }
  Array array() { return Array(library_.memory()); }
  static void append(Array& array, Value&& value) { array.push_back(std::move(value)); }
  static Value finish(Array&& array) { return {std::move(array)}; }
  Object object() { return Object(library_.memory()); }
  static void set(Object& object, Text&& name, Value&& value) {
    object.insert_or_assign(std::move(name), std::move(value));
  }
  static Value finish(Object&& object) { return {std::move(object)}; }

 private:
  static uint64_t sum(const Value& value) {
    struct Sum {
      uint64_t operator()(std::monostate) const { return null_sum(); }
      uint64_t operator()(bool b) const { return boolean_sum(b); }
      uint64_t operator()(double number) const { return number_sum(number); }
      uint64_t operator()(const Text& text) const { return text_sum(text); }
      uint64_t operator()(const Array& array) const {
        uint64_t total = 0;
        for (const Value& element : array) total = element_sum(total, sum(element));
        return array_sum(total, array.size());
      }
      uint64_t operator()(const Object& object) const {
        uint64_t total = 0;
        for (const auto& [name, member] : object) {
          total += member_sum(text_sum(name), sum(member));
        }
        return object_sum(total, object.size());
      }
    };
    return std::visit(Sum(), value.is);
  }

  // A value whose destructor is called by hand, or not at all.
  union Root {
    Root() : value() {}
    ~Root() {}
    Value value;
  };

  Library library_;
  std::string decoded_;
  Root root_;
  JsonError error_;
};

}  // namespace cex::bench

#endif  // CEX_BENCH_PROGRAMS_JSON_DOM_H_
