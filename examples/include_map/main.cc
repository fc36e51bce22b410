#include "examples/include_map/program.h"

int main(int argc, char** argv) { return include_map::run(argc, argv); }
