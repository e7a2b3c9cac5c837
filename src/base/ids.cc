#include "base/ids.h"

#include <array>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cstdint>
#include <cstdlib>

#include "base/encoding.h"

namespace cameo {
namespace {

constexpr std::size_t kGuidSize = 36;

std::array<std::uint8_t, 16> random_bits() {
    std::array<std::uint8_t, 16> bits{};
    arc4random_buf(bits.data(), bits.size());
    return bits;
}

}  // namespace

std::string random_hex128_lower() { return to_hex(random_bits(), HexCase::lower); }
std::string random_hex128_upper() { return to_hex(random_bits(), HexCase::upper); }

std::string new_guid() { return boost::uuids::to_string(boost::uuids::random_generator()()); }

void write_request_id(char* out) {
    static thread_local boost::uuids::random_generator_mt19937 generator;
    boost::uuids::to_chars(generator(), out, out + kGuidSize);
}

// Not Boost's string_generator: it accepts braces and throws, and most texts here are names.
bool is_guid(std::string_view text) {
    if (text.size() != kGuidSize) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : hex_value(text[i]) < 0) return false;
    }
    return true;
}

}  // namespace cameo
