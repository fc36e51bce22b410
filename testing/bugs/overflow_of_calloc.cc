// A table has one row less than the loop that fills it thinks.
#include "testing/bugs/program.h"

struct Row {
  char name[10];
  bool is_open;
};

PROGRAM(overflow_of_calloc) {
  const size_t rows = 5;
  Row* table = mem$calloc(mem$, bug ? rows - 1 : rows, sizeof(Row));
  for (size_t i = 0; i < rows; ++i) bugs::hide(table)[i].is_open = true;  // BUG
  mem$free(mem$, table);                                                  // FOUND
}
