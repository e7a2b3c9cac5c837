#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <string>

// Private to this room: OpenSSL's objects with an owner.
namespace cameo::http {

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using OwnedContext = std::unique_ptr<SSL_CTX, FreeWith<&SSL_CTX_free>>;
using OwnedSsl = std::unique_ptr<SSL, FreeWith<&SSL_free>>;
using OwnedCertificate = std::unique_ptr<X509, FreeWith<&X509_free>>;
using OwnedKey = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using OwnedBio = std::unique_ptr<BIO, FreeWith<&BIO_free_all>>;

struct CloseFile {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using OwnedFile = std::unique_ptr<std::FILE, CloseFile>;

// What OpenSSL says of the last failure on this thread; empties its queue of failures.
std::string openssl_reason();

}  // namespace cameo::http
