// A worker that still holds a request which was answered and freed.
#include "testing/bugs/program.h"

struct Request {
  int id;
  int state;
};

PROGRAM(write_after_free) {  // FOUND
  Request* request = mem$new(mem$, Request, 1, 0);
  Request* const in_work = bugs::hide(request);
  if (!bug) in_work->state = 2;
  mem$free(mem$, request);
  if (bug) in_work->state = 2;  // BUG
}
