// A scope per request: its memory is freed before the next request begins.
//
//   request_scope PATH …        answers a request for each PATH
//
// The server's own data lie in an arena that lives as long as the server. A handler allocates as it
// likes and frees nothing. However many requests there are, the server takes only the memory that
// the largest of them needs.
#include <cstdio>
#include <cstring>

#include "cex/arena.h"
#include "cex/collections.h"
#include "cex/tempmem.h"

namespace {

struct Server {
  hm$(const char*, const char*) pages;
};

struct Response {
  int status;
  arr$(char) body;
};

void add_text(arr$(char) & body, const char* text) { arr$pusha(body, text, strlen(text)); }

// All that it allocates comes from `a`, and is the caller's to drop as a whole.
Response handle(const Server& server, IAllocator a, const char* path) {
  Response response{200, arr$new(response.body, a, .capacity = 256)};
  const char* const page = hm$get(server.pages, path);
  if (page == nullptr) {
    response.status = 404;
    add_text(response.body, "there is no ");
    add_text(response.body, path);
    return response;
  }
  // A page repeats its text, so that its size shows in the figures below.
  for (int i = 0; i < 3; ++i) add_text(response.body, page);
  return response;
}

void answer(const Server& server, const char* path) {
  mem$scope(tmem$, _) {
    const Response response = handle(server, _, path);
    std::printf("%d %.*s\n", response.status, static_cast<int>(arr$len(response.body)),
                response.body.data());
  }  // the response and all that it took
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || strcmp(argv[1], "--help") == 0) {
    std::fprintf(argc < 2 ? stderr : stdout, "usage: request_scope PATH …\n");
    return argc < 2 ? 2 : 0;
  }
  mem$arena(4096, arena) {
    Server server{hm$new(server.pages, arena, .capacity = 16)};
    hm$set(server.pages, "/", "welcome.");
    hm$set(server.pages, "/about", "memory you can see.");
    for$each (path, argv + 1, static_cast<size_t>(argc) - 1) answer(server, path);
    for (int i = 0; i < 10000; ++i) {
      mem$scope(tmem$, _) (void)handle(server, _, "/about");
    }
    const cex::AllocatorStats stats = cex::temp_stats();
    std::printf("%zu bytes in use after %llu requests, and never more than a page: %s\n",
                stats.bytes_in_use, static_cast<unsigned long long>(stats.scopes_entered),
                stats.bytes_peak < cex::kTempPageBytes ? "yes" : "no");
  }
  return 0;
}
