// A tree that an arena owns: nodes may point at each other in any way, and one step frees them all.
//
//   parse_tree EXPRESSION …     prints each as a tree in prefix form, and its value
//
// There is no destructor, no owner per node and no order of deletion. A syntax error
// half way through needs no clean-up either.
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cex/arena.h"

namespace {

struct Node {
  char op;  // '+', '-', '*', '/', or '#' for a number
  double number;
  const Node* left;
  const Node* right;
};

struct Parser {
  IAllocator arena;
  const char* at;
  int room = 1000;  // numbers and parentheses, since each may take some of the stack
};

const Node* parse_sum(Parser& p);

const Node* parse_factor(Parser& p) {
  if (--p.room < 0) return nullptr;
  if (*p.at == '(') {
    ++p.at;
    const Node* const inner = parse_sum(p);
    if (inner == nullptr || *p.at != ')') return nullptr;
    ++p.at;
    return inner;
  }
  if (std::isdigit(static_cast<unsigned char>(*p.at)) == 0) return nullptr;
  char* end = nullptr;
  const double number = std::strtod(p.at, &end);
  p.at = end;
  return mem$new(p.arena, Node, '#', number, nullptr, nullptr);
}

// Operands that `next` parses, with operators of `ops` between them.
const Node* parse_chain(Parser& p, const char* ops, const Node* (*next)(Parser&)) {
  const Node* left = next(p);
  while (left != nullptr && *p.at != '\0' && strchr(ops, *p.at) != nullptr) {
    const char op = *p.at++;
    const Node* const right = next(p);
    if (right == nullptr) return nullptr;
    left = mem$new(p.arena, Node, op, 0.0, left, right);
  }
  return left;
}

const Node* parse_product(Parser& p) { return parse_chain(p, "*/", parse_factor); }
const Node* parse_sum(Parser& p) { return parse_chain(p, "+-", parse_product); }

double print(const Node* node) {
  if (node->op == '#') {
    std::printf("%g", node->number);
    return node->number;
  }
  std::printf("(%c ", node->op);
  const double x = print(node->left);
  std::printf(" ");
  const double y = print(node->right);
  std::printf(")");
  return node->op == '+' ? x + y : node->op == '-' ? x - y : node->op == '*' ? x * y : x / y;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || strcmp(argv[1], "--help") == 0) {
    std::fprintf(argc < 2 ? stderr : stdout, "usage: parse_tree EXPRESSION …\n");
    return argc < 2 ? 2 : 0;
  }
  int status = 0;
  for (int i = 1; i < argc; ++i) {
    mem$arena(4096, arena) {
      Parser parser{arena, argv[i]};
      const Node* const tree = parse_sum(parser);
      if (tree == nullptr || *parser.at != '\0') {
        std::printf("%s at \"%s\"\n", parser.room < 0 ? "too long" : "syntax error", parser.at);
        status = 1;
        continue;  // leaves the arena, and takes half a tree with it
      }
      std::printf(" = %g\n", print(tree));
    }
  }
  return status;
}
