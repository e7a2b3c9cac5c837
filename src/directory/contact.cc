#include "directory/contact.h"

#include "base/base64url.h"
#include "base/bytes.h"
#include "base/ids.h"

namespace cameo::directory {
namespace {

// 50 bytes, of which base64 makes 67 characters and one of padding.
std::string item_id(std::string text) {
    text.resize(50, '.');
    return to_base64url(as_bytes(text)) + '=';
}

}  // namespace

std::string default_folder_id(const std::string& mailbox) { return item_id("default:" + mailbox); }

std::string new_item_id() {
    return item_id("i:" + random_hex128_lower() + random_hex128_lower().substr(0, 16));
}

}  // namespace cameo::directory
