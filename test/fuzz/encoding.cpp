// Base64, base64url and hexadecimal digits. Oracles: what is decoded has one spelling; what is encoded comes back.
#include "input.hpp"

#include <penstock/crypto/base64.hpp>
#include <penstock/text/hex.hpp>

#include <algorithm>
#include <string>

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const text = fuzz::input(data, size).rest();
    if (auto const bytes = crypto::base64_decode(text)) {
        auto spelled = text.find_first_of("-_") == std::string_view::npos ? crypto::base64_encode(*bytes)
                                                                          : crypto::base64url_encode(*bytes);
        auto given = std::string(text.substr(0, text.find('=')));
        bool const mixed =
            given.find_first_of("-_") != std::string::npos && given.find_first_of("+/") != std::string::npos;
        spelled.resize(std::min(spelled.find('='), spelled.size()));
        fuzz::require(mixed || spelled == given, "bytes have one spelling in an alphabet");
    }
    fuzz::require(crypto::base64_decode(crypto::base64_encode(text)).value() == text, "base64 comes back");
    fuzz::require(crypto::base64_decode(crypto::base64url_encode(text)).value() == text, "base64url comes back");
    fuzz::require(from_hex(to_hex(text)).value() == text, "hexadecimal comes back");
    if (auto const bytes = from_hex(text)) {
        auto lower = std::string(text);
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
        fuzz::require(to_hex(*bytes) == lower, "the bytes are those of the digits");
    }
    return 0;
}
