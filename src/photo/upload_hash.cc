#include "photo/upload_hash.h"

#include <openssl/sha.h>

namespace cameo::photo {

UploadHash upload_hash(ByteView upload) {
    UploadHash hash{};
    static_assert(hash.size() == SHA256_DIGEST_LENGTH);
    SHA256(upload.data(), upload.size(), hash.data());
    return hash;
}

}  // namespace cameo::photo
