// A CSV file: no bytes may crash the reader, a field is never longer than its limit, and
// the output of csv_field is read back unchanged.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/encoding.h"
#include "base/text.h"
#include "transfer/csv.h"

using namespace cameo::transfer;

static constexpr std::size_t kLongestField = 1'000;
static constexpr std::size_t kChunk = 65'536;  // the reader may buffer that much more

static void read_all(const std::string& text) {
    std::istringstream stream(text);
    CsvReader reader(stream, kLongestField);
    while (true) {
        const auto row = reader.next();
        if (!row || !*row) return;
        for (const auto& field : (*row)->fields) {
            if (field.size() > kLongestField + kChunk) std::abort();
            (void)cameo::from_any_base64(field);
        }
    }
}

static void write_and_read(const std::string& text) {
    std::istringstream stream("x,y\n" + cameo::csv_field(text) + ",z\n");
    CsvReader reader(stream, text.size() + kLongestField);
    (void)reader.next();
    const auto row = reader.next();
    // Unquoted spaces at the ends are not part of a field.
    const bool has_spaces = text.empty() || text.front() == ' ' || text.back() == ' ';
    if (!has_spaces && (!row || !*row || (*row)->fields.at(0) != text)) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    read_all(text);
    write_and_read(text);
    return 0;
}
