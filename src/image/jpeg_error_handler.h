#pragma once

#include <array>
#include <csetjmp>
#include <cstddef>
// clang-format off: jpeglib.h needs <cstdio> before it
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

namespace cameo::image {

// The error handler of libjpeg, which must not return: it longjmps to where `run` was called. The
// function given to `run` must therefore hold no local that has a destructor.
//
// Warnings that mean lost data (a scan that ends before its blocks do, a bad Huffman code, a
// missing restart marker) are errors. Harmless ones (bytes before a marker, an unknown JFIF
// version) are ignored.
class JpegErrorHandler {
  public:
    JpegErrorHandler() {
        jpeg_std_error(&manager_);
        manager_.error_exit = fail;
        manager_.emit_message = [](j_common_ptr info, int level) {
            if (level < 0 && loses_data(info->err->msg_code)) fail(info);
        };
        manager_.output_message = [](j_common_ptr) {};
    }
    JpegErrorHandler(const JpegErrorHandler&) = delete;
    JpegErrorHandler& operator=(const JpegErrorHandler&) = delete;
    ~JpegErrorHandler() = default;

    jpeg_error_mgr* manager() { return &manager_; }

    // False if the library, or a callback that called fail(), ended the work.
    template <class Work>
    bool run(Work work) {
        if (setjmp(return_point_) != 0) return false;
        work();
        return true;
    }

    // REQUIRES: called inside `run`, with the library's state that uses this handler.
    [[noreturn]] static void fail(j_common_ptr info) {
        auto* handler = reinterpret_cast<JpegErrorHandler*>(info->err);
        info->err->format_message(info, handler->message_.data());
        std::longjmp(handler->return_point_, 1);
    }

    // The library's last message, after fail().
    const char* message() const { return message_.data(); }

  private:
    static bool loses_data(int code) {
        switch (code) {
            case JWRN_BOGUS_PROGRESSION:
            case JWRN_HIT_MARKER:
            case JWRN_HUFF_BAD_CODE:
            case JWRN_MUST_RESYNC:
                return true;
            default:
                return false;
        }
    }

    jpeg_error_mgr manager_{};  // first, so that a pointer to it is a pointer to the handler
    std::jmp_buf return_point_{};
    std::array<char, JMSG_LENGTH_MAX> message_{};
};

}  // namespace cameo::image
