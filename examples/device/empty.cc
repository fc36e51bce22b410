// Nothing: what a program has without cex, for the golden sizes.
#include "examples/device/console.h"

int main() {
  print("nothing", 0);
  return 0;
}
