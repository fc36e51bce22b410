// A key that is changed while it is in the map.
#include "cex/hm.h"
#include "testing/bugs/program.h"

PROGRAM(map_key_changed) {
  hm$(int, int) stock = hm$new(stock, mem$);
  for (int i = 0; i < 5; ++i) hm$set(stock, i, i);
  if (bug) stock[2].key = 7;
  bugs::use(hm$get(stock, 2));  // BUG
  hm$free(stock);
}
