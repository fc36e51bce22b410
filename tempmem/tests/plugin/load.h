// Loading the shared library of these tests, more than once.
#ifndef CEX_TEMPMEM_TESTS_PLUGIN_LOAD_H_
#define CEX_TEMPMEM_TESTS_PLUGIN_LOAD_H_

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace cex::testing {

// Symbols that g++ makes "unique" keep a library from being unloaded: here they are ordinary
// ones, as with -fno-gnu-unique, or clang.
inline void clear_unique(std::string& file) {
  const auto* const header = reinterpret_cast<const ElfW(Ehdr)*>(file.data());
  const auto* const sections = reinterpret_cast<const ElfW(Shdr)*>(file.data() + header->e_shoff);
  for (int i = 0; i < header->e_shnum; ++i) {
    if (sections[i].sh_type != SHT_DYNSYM) continue;
    auto* symbol = reinterpret_cast<ElfW(Sym)*>(file.data() + sections[i].sh_offset);
    for (size_t n = sections[i].sh_size / sizeof(*symbol); n > 0; --n, ++symbol) {
      if (ELF64_ST_BIND(symbol->st_info) != STB_GNU_UNIQUE) continue;
      symbol->st_info = ELF64_ST_INFO(STB_WEAK, ELF64_ST_TYPE(symbol->st_info));
    }
  }
}

// Copies of the library, which the loader takes for several.
class Plugin {
 public:
  Plugin(const std::string& kind, const char* name, int flags = RTLD_NOW | RTLD_LOCAL)
      : path_(::testing::TempDir() + "/" + kind + "_" + name) {
    if (!is_loaded()) copy("tempmem/tests/plugin/" + kind + ".so");
    handle_ = dlopen(path_.c_str(), flags);
    EXPECT_NE(handle_, nullptr) << dlerror();
  }
  ~Plugin() { unload(); }
  void unload() {
    if (handle_ != nullptr) dlclose(handle_);
    handle_ = nullptr;
  }
  bool is_loaded() const {
    void* const handle = dlopen(path_.c_str(), RTLD_NOW | RTLD_NOLOAD);
    if (handle != nullptr) dlclose(handle);
    return handle != nullptr;
  }
  // A function of the library; the program has none of that name.
  template <typename Function>
  Function* get(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(handle_, name));
  }

 private:
  void copy(const std::string& from) const {
    std::ifstream in(from, std::ios::binary);
    std::string file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    clear_unique(file);
    std::ofstream(path_, std::ios::binary) << file;
  }

  std::string path_;
  void* handle_ = nullptr;
};

}  // namespace cex::testing

#endif  // CEX_TEMPMEM_TESTS_PLUGIN_LOAD_H_
