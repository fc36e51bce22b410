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

TraceLevel* level_at(IAllocator self) {
  return reinterpret_cast<TraceLevel*>(const_cast<Allocator_i*>(self));
}
TracedAllocator* lane_of(IAllocator self) { return level_at(self)->lane; }

// The handle below, for a call through it. Under CEX_TEST one that was destroyed before is
// reported.
IAllocator target_of(const TraceLevel* level) {
  check_alive(level->target);
  return level->target;
}

void* trace_malloc(IAllocator self, size_t size, size_t align) {
  TraceLevel* const level = level_at(self);
  const Caller caller = CEX_DETAIL_CALLER;
  const IAllocator target = target_of(level);
  void* const p = target->malloc(target, size, align);
  level->lane->recorder->note_allocation(level, p, size, caller);
  return p;
}

void* trace_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  TraceLevel* const level = level_at(self);
  const Caller caller = CEX_DETAIL_CALLER;
  const IAllocator target = target_of(level);
  void* const p = target->calloc(target, count, size, align);
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) bytes = SIZE_MAX;
  level->lane->recorder->note_allocation(level, p, bytes, caller);
  return p;
}

void* trace_realloc(IAllocator self, void* old, size_t size, size_t align) {
  TraceLevel* const level = level_at(self);
  Recorder* const recorder = level->lane->recorder;
  const Caller caller = CEX_DETAIL_CALLER;
  const IAllocator target = target_of(level);
  if (old == nullptr) {
    void* const p = target->realloc(target, nullptr, size, align);
    recorder->note_allocation(level, p, size, caller);
    return p;
  }
  const LiveBlock block = recorder->begin_realloc(level->lane, old);
  void* const p = target->realloc(target, old, size, align);
  recorder->end_realloc(level, block, old, p, size, caller);
  return p;
}

void* trace_free(IAllocator self, void* p) {
  TraceLevel* const level = level_at(self);
  const IAllocator target = target_of(level);
  if (p != nullptr) level->lane->recorder->note_free(level->lane, p, CEX_DETAIL_CALLER);
  return target->free(target, p);
}

// Null, as from the allocator itself, also where that has no scopes at all.
IAllocator trace_scope_enter(IAllocator self) {
  const IAllocator target = target_of(level_at(self));
  const Caller caller = CEX_DETAIL_CALLER;
  const IAllocator inside = target->scope_enter != nullptr ? target->scope_enter(target) : nullptr;
  TracedAllocator* const lane = lane_of(self);
  return lane->recorder->note_enter(lane, inside, caller);
}

void exit_target(const TraceLevel* level) {
  const IAllocator outer = level->outer == nullptr ? level->target : level->outer->target;
  const IAllocator ending = ending_of(level->target, outer);
  if (ending->scope_exit != nullptr) ending->scope_exit(ending);
}

void trace_scope_exit(IAllocator self) {
  TraceLevel* level = level_at(self);
  TracedAllocator* const lane = level->lane;
  const Caller caller = CEX_DETAIL_CALLER;
  TraceLevel* const innermost = lane->innermost;
  if (level->outer == nullptr && scope_depth_of(innermost->target) <= innermost->target_depth) {
    level = innermost;
  }
  // One that has ended: the target knows what to say, unless it has but one handle for all.
  if (!level->is_open && level->target == innermost->target) return;
  // So it does where no scope is open, and where the innermost one was opened past the trace.
  if (!level->is_open || level->outer == nullptr) return exit_target(level);
  // One by one, also for an allocator that can only end the innermost.
  for (TraceLevel* ending = nullptr; ending != level;) {
    ending = lane->innermost;
    lane->recorder->note_exit(lane, caller);
    exit_target(ending);
  }
}

uint32_t trace_scope_depth(IAllocator self) { return scope_depth_of(level_at(self)->target); }

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

// What the writer says; false and ENOMEM where there was no memory for a trace, or there is none
// for the writer.
template <typename Write>
bool try_write(const Recorder* recorder, Write write) {
#ifdef __cpp_exceptions
  try {
    if (recorder != nullptr) return write(*recorder);
  } catch (const std::bad_alloc&) {
  }
#else
  if (recorder != nullptr) return write(*recorder);
#endif
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
  detail::TracedAllocator* const lane =
      recorder_->add_lane(detail::kTraceInterface, a, name, is_pages);
  if (lane != nullptr) return &lane->outermost.base;
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
  return detail::try_write(recorder_, [file](const detail::Recorder& recorder) {
    return detail::write_chrome_json(recorder, file);
  });
}

bool Trace::write_chrome_json(const char* path) {
  return detail::write_file(path, [this](FILE* file) { return write_chrome_json(file); });
}

bool Trace::write_html(FILE* file, const char* title) {
  return detail::try_write(recorder_, [file, title](const detail::Recorder& recorder) {
    return detail::write_html(recorder, file, title);
  });
}

bool Trace::write_html(const char* path, const char* title) {
  return detail::write_file(path, [this, title](FILE* file) { return write_html(file, title); });
}

}  // namespace cex
