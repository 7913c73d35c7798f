#ifndef PENSTOCK_JSON_IMPL_TEXT_BLOCKS_IPP
#define PENSTOCK_JSON_IMPL_TEXT_BLOCKS_IPP
#include <penstock/json/impl/text_block.ipp>

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__)
#define PENSTOCK_JSON_BLOCKS
#include <immintrin.h>
#endif

// What finds them 16, 32 or 64 at a time.
namespace penstock::json::detail {

#ifdef PENSTOCK_JSON_BLOCKS

inline void read_blocks_sse2(char const* text, std::size_t blocks, text_block* to) noexcept
{
    for (; blocks-- > 0; text += block_size, ++to) {
        text_block b{};
        for (unsigned i = 0; i < block_size; i += 16) {
            auto const v = _mm_loadu_si128(reinterpret_cast<__m128i const*>(text + i));
            auto const where = [i](__m128i x, char c) {
                auto const bits = _mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8(c)));
                return static_cast<std::uint64_t>(static_cast<std::uint32_t>(bits)) << i;
            };
            b.quote |= where(v, '"');
            b.backslash |= where(v, '\\');
            b.colon |= where(v, ':');
            b.bracket |= where(_mm_or_si128(v, _mm_set1_epi8(bracket_bits)), any_bracket);
        }
        b.inside = odd_so_far(b.quote);
        *to = b;
    }
}

/// To multiply by all ones without carrying is the same.
[[gnu::target("pclmul")]] inline std::uint64_t odd_so_far_by_product(std::uint64_t bits) noexcept
{
    auto const product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

[[gnu::target("avx2,pclmul")]] inline void read_blocks_avx2(char const* text, std::size_t blocks,
                                                            text_block* to) noexcept
{
    // Written out: GCC does not inline a lambda into a function for another machine.
#define PENSTOCK_JSON_WHERE(x, y, c)                                                                                   \
    (std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, _mm256_set1_epi8(c))))}        \
     | std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(y, _mm256_set1_epi8(c))))}      \
           << 32)
    for (; blocks-- > 0; text += block_size, ++to) {
        auto const v = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(text));
        auto const w = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(text + block_size / 2));
        auto const fold = _mm256_set1_epi8(bracket_bits);
        auto const v_folded = _mm256_or_si256(v, fold);
        auto const w_folded = _mm256_or_si256(w, fold);
        to->quote = PENSTOCK_JSON_WHERE(v, w, '"');
        to->inside = odd_so_far_by_product(to->quote);
        to->backslash = PENSTOCK_JSON_WHERE(v, w, '\\');
        to->colon = PENSTOCK_JSON_WHERE(v, w, ':');
        to->bracket = PENSTOCK_JSON_WHERE(v_folded, w_folded, any_bracket);
    }
#undef PENSTOCK_JSON_WHERE
}

[[gnu::target("avx512f,avx512bw,pclmul")]] inline void read_blocks_avx512(char const* text, std::size_t blocks,
                                                                          text_block* to) noexcept
{
    for (; blocks-- > 0; text += block_size, ++to) {
        auto const v = _mm512_loadu_si512(text);
        to->quote = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"'));
        to->inside = odd_so_far_by_product(to->quote);
        to->backslash = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\\'));
        to->colon = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(':'));
        to->bracket =
            _mm512_cmpeq_epi8_mask(_mm512_or_si512(v, _mm512_set1_epi8(bracket_bits)), _mm512_set1_epi8(any_bracket));
    }
}

/// The quickest that this machine can do.
inline block_reader best_block_reader() noexcept
{
    static block_reader const best = !__builtin_cpu_supports("pclmul")    ? &read_blocks_sse2
                                     : __builtin_cpu_supports("avx512bw") ? &read_blocks_avx512
                                     : __builtin_cpu_supports("avx2")     ? &read_blocks_avx2
                                                                          : &read_blocks_sse2;
    return best;
}

#else

inline block_reader best_block_reader() noexcept
{
    return &read_blocks_portable;
}

#endif

}  // namespace penstock::json::detail

#endif  // PENSTOCK_JSON_IMPL_TEXT_BLOCKS_IPP
