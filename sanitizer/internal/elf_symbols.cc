// Names of functions where there is no Abseil: from the program's own table of symbols, as the
// linker knows them (c++filt makes them readable). Of shared libraries it knows none.
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cex/sanitizer/internal/symbolizer.h"

namespace cex::detail {
namespace {

// The program's file, as long as the program runs.
struct Image {
  const char* begin = nullptr;
  size_t size = 0;
  uintptr_t base = 0;  // where the program lies, beyond what the file says

  template <typename T>
  const T* at(size_t offset, size_t count = 1) const {
    return offset <= size && count <= (size - offset) / sizeof(T)
               ? reinterpret_cast<const T*>(begin + offset)
               : nullptr;
  }
};

Image open_image() {
  Image image;
  const int kept = errno;
  const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  struct stat facts = {};
  if (file >= 0 && fstat(file, &facts) == 0) {
    const auto size = static_cast<size_t>(facts.st_size);
    void* const p = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (p != MAP_FAILED) image = {static_cast<const char*>(p), size, 0};
  }
  if (file >= 0) close(file);
  errno = kept;
  // The program comes first.
  const auto take_base = [](dl_phdr_info* info, size_t, void* base) {
    *static_cast<uintptr_t*>(base) = info->dlpi_addr;
    return 1;
  };
  dl_iterate_phdr(take_base, &image.base);
  return image;
}

// Before main(), and with it most handlers of signals.
const Image& image() {
  static const Image opened = open_image();
  return opened;
}
[[maybe_unused]] const Image& opened_early = image();

using Header = ElfW(Ehdr);
using Section = ElfW(Shdr);
using Symbol = ElfW(Sym);

const char* name_in(const Image& program, const Section* sections, const Section& table,
                    size_t count, uintptr_t address) {
  const auto symbols = table.sh_size / sizeof(Symbol);
  const auto* const symbol = program.at<Symbol>(table.sh_offset, symbols);
  if (symbol == nullptr || table.sh_link >= count) return nullptr;
  const size_t names = sections[table.sh_link].sh_offset;
  for (size_t i = 0; i < symbols; ++i) {
    uintptr_t begin = symbol[i].st_value;
#ifdef __thumb__
    begin &= ~uintptr_t{1};  // which says what instructions it has
#endif
    if (ELF32_ST_TYPE(symbol[i].st_info) != STT_FUNC || address - begin >= symbol[i].st_size) {
      continue;
    }
    return program.at<char>(names + symbol[i].st_name);
  }
  return nullptr;
}

}  // namespace

bool find_symbol(const void* address, char* name, size_t room) {
  const Image& program = image();
  const auto* const header = program.at<Header>(0);
  if (header == nullptr || room == 0) return false;
  const size_t count = header->e_shnum;
  const auto* const sections = program.at<Section>(header->e_shoff, count);
  if (sections == nullptr) return false;
  const uintptr_t offset = reinterpret_cast<uintptr_t>(address) - program.base;
  for (size_t i = 0; i < count; ++i) {
    if (sections[i].sh_type != SHT_SYMTAB) continue;
    const char* const found = name_in(program, sections, sections[i], count, offset);
    if (found == nullptr) continue;
    const size_t size = strnlen(found, room - 1);
    memcpy(name, found, size);
    name[size] = '\0';
    return true;
  }
  return false;
}

}  // namespace cex::detail
