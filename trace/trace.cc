#include "cex/trace.h"

#include <errno.h>

#include <new>

#include "trace/internal/recorder.h"
#include "trace/internal/symbols.h"
#include "trace/internal/writers.h"

namespace cex {
namespace detail {
namespace {

// A macro, because it is the caller's caller that counts.
#ifdef CEX_TEST
#define CEX_DETAIL_CALLER \
  Caller { __builtin_extract_return_addr(__builtin_return_address(0)), current_site }
#else
#define CEX_DETAIL_CALLER                                               \
  Caller {                                                              \
    __builtin_extract_return_addr(__builtin_return_address(0)), Site {} \
  }
#endif

Lane* lane_of(IAllocator self) { return reinterpret_cast<Lane*>(const_cast<Allocator_i*>(self)); }

void* trace_malloc(IAllocator self, size_t size, size_t align) {
  Lane* const lane = lane_of(self);
  const Caller caller = CEX_DETAIL_CALLER;
  void* const p = lane->target->malloc(lane->target, size, align);
  lane->recorder->note_allocation(lane, p, size, caller);
  return p;
}

void* trace_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  Lane* const lane = lane_of(self);
  const Caller caller = CEX_DETAIL_CALLER;
  void* const p = lane->target->calloc(lane->target, count, size, align);
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) bytes = SIZE_MAX;
  lane->recorder->note_allocation(lane, p, bytes, caller);
  return p;
}

void* trace_realloc(IAllocator self, void* old, size_t size, size_t align) {
  Lane* const lane = lane_of(self);
  const Caller caller = CEX_DETAIL_CALLER;
  if (old == nullptr) {
    void* const p = lane->target->realloc(lane->target, nullptr, size, align);
    lane->recorder->note_allocation(lane, p, size, caller);
    return p;
  }
  const Recorder::InFlight flight = lane->recorder->take_off(lane, old);
  void* const p = lane->target->realloc(lane->target, old, size, align);
  lane->recorder->land(lane, flight, old, p, size, caller);
  return p;
}

void* trace_free(IAllocator self, void* p) {
  Lane* const lane = lane_of(self);
  if (p != nullptr) lane->recorder->note_free(lane, p, CEX_DETAIL_CALLER);
  return lane->target->free(lane->target, p);
}

// Null, as from the allocator itself, also where that has no scopes at all.
IAllocator trace_scope_enter(IAllocator self) {
  Lane* const lane = lane_of(self);
  const Caller caller = CEX_DETAIL_CALLER;
  const IAllocator outside = lane->target;
  const IAllocator inside =
      outside->scope_enter != nullptr ? outside->scope_enter(outside) : nullptr;
  lane->recorder->note_enter(lane, inside != nullptr, caller);
  if (inside == nullptr) return nullptr;
  ++lane->open_scopes;
  if (inside == outside) return self;
  // What is allocated inside passes by the trace, which is better than to fail.
  if (lane->inner_count == kMaxInnerAllocators) return inside;
  lane->inner[lane->inner_count++] = {lane->open_scopes, outside};
  lane->target = inside;
  return self;
}

void trace_scope_exit(IAllocator self) {
  Lane* const lane = lane_of(self);
  lane->recorder->note_exit(lane, CEX_DETAIL_CALLER);
  if (lane->inner_count > 0 && lane->inner[lane->inner_count - 1].depth == lane->open_scopes) {
    lane->target = lane->inner[--lane->inner_count].outside;
  }
  if (lane->open_scopes > 0) --lane->open_scopes;
  if (lane->target->scope_exit != nullptr) lane->target->scope_exit(lane->target);
}

uint32_t trace_scope_depth(IAllocator self) {
  const IAllocator target = lane_of(self)->target;
  return target->scope_depth != nullptr ? target->scope_depth(target) : 0;
}

constexpr Allocator_i kTraceInterface = {
    trace_malloc,      trace_calloc,     trace_realloc,     trace_free,
    trace_scope_enter, trace_scope_exit, trace_scope_depth, {kTraceMagic, false, false},
};

Recorder* new_recorder(const TraceOptions& options) {
  if (options.memory == nullptr) return nullptr;
  // Reads the program's symbols now, and not in the midst of what is traced.
  char name[64];
  function_name(reinterpret_cast<const void*>(&new_recorder), name, sizeof(name));
  void* const memory = mem_malloc(options.memory, sizeof(Recorder), alignof(Recorder));
  return memory == nullptr ? nullptr : ::new (memory) Recorder(options, trace_clock());
}

// Opens, writes and closes; the first error counts.
template <typename Write>
bool write_file(const char* path, Write write) {
  FILE* const file = fopen(path, "we");
  if (file == nullptr) return false;
  const bool written = write(file);
  const int error = errno;
  const bool closed = fclose(file) == 0;
  if (!written) errno = error;
  return written && closed;
}

bool fail_without_recorder() {
  errno = ENOMEM;
  return false;
}

}  // namespace
}  // namespace detail

Trace::Trace(const TraceOptions& options) : recorder_(detail::new_recorder(options)) {}

Trace::~Trace() {
  if (recorder_ == nullptr) return;
  const IAllocator memory = recorder_->memory();
  recorder_->~Recorder();
  mem_free(memory, recorder_);
}

IAllocator Trace::wrap_as(IAllocator a, const char* name, bool is_pages) {
  if (a == nullptr || recorder_ == nullptr) return a;
  detail::Lane* const lane = recorder_->add_lane(detail::kTraceInterface, a, name, is_pages);
  if (lane != nullptr) return &lane->base;
  recorder_->note_unwrapped();
  return a;
}

IAllocator Trace::wrap(IAllocator a, const char* name) { return wrap_as(a, name, false); }

IAllocator Trace::wrap_pages(IAllocator a, const char* name) { return wrap_as(a, name, true); }

void Trace::end(IAllocator wrapped) {
  if (recorder_ == nullptr || !recorder_->is_mine(wrapped)) return;
  recorder_->end_lane(detail::lane_of(wrapped), {__builtin_return_address(0), Site{}});
}

TraceTotals Trace::totals(IAllocator wrapped) const {
  if (recorder_ == nullptr || !recorder_->is_mine(wrapped)) return {};
  return recorder_->totals(detail::lane_of(wrapped));
}

bool Trace::is_complete() const { return recorder_ != nullptr && recorder_->is_complete(); }

uint64_t Trace::events() const { return recorder_ == nullptr ? 0 : recorder_->events(); }

uint64_t Trace::events_lost() const { return recorder_ == nullptr ? 0 : recorder_->events_lost(); }

void Trace::set_uses_addr2line(bool yes) {
  if (recorder_ != nullptr) recorder_->use_addr2line = yes;
}

bool Trace::write_chrome_json(FILE* file) {
  if (recorder_ == nullptr) return detail::fail_without_recorder();
  return detail::write_chrome_json(*recorder_, file);
}

bool Trace::write_chrome_json(const char* path) {
  return detail::write_file(path, [this](FILE* file) { return write_chrome_json(file); });
}

bool Trace::write_html(FILE* file, const char* title) {
  if (recorder_ == nullptr) return detail::fail_without_recorder();
  return detail::write_html(*recorder_, file, title);
}

bool Trace::write_html(const char* path, const char* title) {
  return detail::write_file(path, [this, title](FILE* file) { return write_html(file, title); });
}

}  // namespace cex
