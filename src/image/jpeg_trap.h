#pragma once

#include <csetjmp>
#include <cstddef>
// clang-format off: jpeglib.h leans on <cstdio> before it
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

namespace cameo::image {

// libjpeg's way out of an error: it longjmps to where `run` was called. The function given to `run`
// must therefore hold no local that has a destructor.
//
// Warnings that mean lost data (a truncated file, a bad Huffman code, a missing restart marker) end
// the work as errors do. Harmless ones (bytes before a marker, a strange JFIF version) are ignored.
class JpegTrap {
  public:
    JpegTrap();
    JpegTrap(const JpegTrap&) = delete;
    JpegTrap& operator=(const JpegTrap&) = delete;
    ~JpegTrap() = default;

    jpeg_error_mgr* manager() { return &manager_; }

    // False where the library gave up.
    template <class Work>
    bool run(Work work) {
        if (setjmp(way_out_) != 0) return false;
        work();
        return true;
    }

    // The library's number of what went wrong (JERR_..., JWRN_...).
    int code() const { return manager_.msg_code; }

  private:
    [[noreturn]] static void leave(j_common_ptr info);
    static void on_message(j_common_ptr info, int level);

    jpeg_error_mgr manager_{};  // first, so that a pointer to it is a pointer to the trap
    std::jmp_buf way_out_{};
};

}  // namespace cameo::image
