// A long-lived map with copies of its keys: the texts don't live as long as the map, so it keeps
// copies, and frees each copy with its entry.
//
// Without .copy_keys a map borrows its keys, which is right if the texts outlive it: literals, a
// file that stays in memory. Here each line is read into the same buffer.
#include <cstdio>
#include <cstring>

#include "cex/collections.h"

namespace {

struct Sessions {
  hm$(char*, int) hits;  // by user
};

Sessions make_sessions(IAllocator a) {
  // .copy_keys_arena_pgsize would pack the copies into pages: faster, but the memory of a
  // single key is not freed then, and users come and go here.
  Sessions sessions;
  hm$new(sessions.hits, a, .copy_keys = true);
  return sessions;
}

void hit(Sessions& sessions, char* user) { *hm$setp(sessions.hits, user) += 1; }

// Whether `user` was there.
bool leave(Sessions& sessions, const char* user) { return hm$del(sessions.hits, user); }

void destroy(Sessions& sessions) { hm$free(sessions.hits); }

}  // namespace

int main() {
  const char* const log[] = {"+ann", "+bob", "+ann", "-bob", "+eve", "+ann", "-ida"};
  Sessions sessions = make_sessions(mem$);
  for$each (line, log) {
    char buffer[16];  // gone with each round; the keys are not
    snprintf(buffer, sizeof(buffer), "%s", line + 1);
    if (line[0] == '+') {
      hit(sessions, buffer);
    } else if (!leave(sessions, buffer)) {
      std::printf("%s was not there\n", buffer);
    }
    memset(buffer, '?', sizeof(buffer));
  }
  for$each (entry, sessions.hits) std::printf("%s %d\n", entry.key, entry.value);
  destroy(sessions);
  return 0;
}
