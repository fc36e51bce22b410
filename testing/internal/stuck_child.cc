#include "cex/testing/internal/stuck_child.h"

#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <initializer_list>

namespace cex::detail {
namespace {

FILE* open_of(pid_t process, const char* name) {
  char path[64];
  snprintf(path, sizeof(path), "/proc/%d/%s", process, name);
  return fopen(path, "re");
}

bool has_one_thread(pid_t process) {
  char path[64];
  snprintf(path, sizeof(path), "/proc/%d/task", process);
  struct stat folder;
  return stat(path, &folder) == 0 && folder.st_nlink == 2 + 1;
}

// The word that the process waits on without a time limit; 0: it does something else.
unsigned long awaited_word(pid_t process) {
  FILE* const file = open_of(process, "syscall");
  if (file == nullptr) return 0;
  long number = -1;
  unsigned long word = 0;
  unsigned long operation = 0;
  unsigned long value = 0;
  unsigned long timeout = 0;
  const int read =
      fscanf(file, "%ld %lx %lx %lx %lx", &number, &word, &operation, &value, &timeout);
  fclose(file);
  if (read != 5 || number != SYS_futex || timeout != 0) return 0;
  const unsigned long command = operation & static_cast<unsigned long>(FUTEX_CMD_MASK);
  return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET ? word : 0;
}

// Whether another process may have the memory at `address`, too.
bool is_shared(pid_t process, unsigned long address) {
  FILE* const file = open_of(process, "maps");
  if (file == nullptr) return true;
  bool is_private = false;
  char line[512];
  while (fgets(line, sizeof(line), file) != nullptr) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char access[5] = {};
    if (sscanf(line, "%lx-%lx %4s", &begin, &end, access) != 3) continue;
    if (begin <= address && address < end) is_private = access[3] == 'p';
  }
  fclose(file);
  return !is_private;
}

}  // namespace

bool is_stuck(pid_t child) {
  if (!has_one_thread(child)) return false;
  const unsigned long word = awaited_word(child);
  return word != 0 && !is_shared(child, word);
}

bool may_be_woken(pid_t child) {
  FILE* const file = open_of(child, "status");
  if (file == nullptr) return true;
  unsigned long long caught = 0;
  char line[512];
  while (fgets(line, sizeof(line), file) != nullptr && sscanf(line, "SigCgt: %llx", &caught) != 1) {
  }
  fclose(file);
  for (const int signal : {SIGALRM, SIGCHLD, SIGIO, SIGUSR1, SIGUSR2}) {
    if ((caught >> (signal - 1) & 1) != 0) return true;
  }
  return false;
}

}  // namespace cex::detail
