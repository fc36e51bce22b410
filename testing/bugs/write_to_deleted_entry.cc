// A pointer to a map's entry, used after that was deleted.
#include "cex/hm.h"
#include "testing/bugs/program.h"

PROGRAM(write_to_deleted_entry) {
  hm$(int, int) stock = hm$new(stock, mem$);
  for (int i = 0; i < 5; ++i) hm$set(stock, i, i);
  int* last = hm$getp(stock, 4);
  if (bug) hm$del(stock, 4);
  *bugs::hide(last) = 0;  // BUG
  hm$free(stock);         // FOUND
}
