// A field that no one has set is used as an index.
#include "cex/arr.h"
#include "testing/bugs/program.h"

struct Player {
  char name[12];
  unsigned team;
};

PROGRAM(uninitialized_index) {
  arr$(int) scores = arr$new(scores, mem$);
  arr$pushm(scores, 0, 0);
  Player* player = mem$malloc(mem$, sizeof(Player));
  if (!bug) player->team = 1;
  scores[bugs::hide(player)->team] += 1;  // BUG
  mem$free(mem$, player);
  arr$free(scores);
}
