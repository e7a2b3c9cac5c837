#include "image/jpeg_trap.h"

namespace cameo::image {
namespace {

bool loses_data(int code) {
    switch (code) {
        case JWRN_BOGUS_PROGRESSION:
        case JWRN_HIT_MARKER:
        case JWRN_HUFF_BAD_CODE:
        case JWRN_JPEG_EOF:
        case JWRN_MUST_RESYNC:
            return true;
        default:
            return false;
    }
}

}  // namespace

JpegTrap::JpegTrap() {
    jpeg_std_error(&manager_);
    manager_.error_exit = leave;
    manager_.emit_message = on_message;
    manager_.output_message = [](j_common_ptr) {};
}

void JpegTrap::leave(j_common_ptr info) {
    std::longjmp(reinterpret_cast<JpegTrap*>(info->err)->way_out_, 1);
}

void JpegTrap::on_message(j_common_ptr info, int level) {
    if (level < 0 && loses_data(info->err->msg_code)) leave(info);
}

}  // namespace cameo::image
