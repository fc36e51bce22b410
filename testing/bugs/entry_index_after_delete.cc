// Walking over a map's entries by index, with the length from before a delete.
#include "cex/hm.h"
#include "testing/bugs/program.h"

PROGRAM(entry_index_after_delete) {
  hm$(int, int) stock = hm$new(stock, mem$);
  for (int i = 0; i < 5; ++i) hm$set(stock, i, i);
  size_t length = hm$len(stock);
  hm$del(stock, 3);
  if (!bug) length = hm$len(stock);
  for (size_t i = 0; i < length; ++i) stock[i].value += 1;  // BUG
  hm$free(stock);
}
