#include "image/resample.h"

#include <zimg.h>

#include <array>
#include <cmath>
#include <cstring>
#include <list>
#include <map>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace cameo::image {
namespace {

// What a filter graph of zimg depends on. `region` is in samples of the source plane.
struct Scaling {
    int source_width = 0;
    int source_height = 0;
    Region region;
    int width = 0;
    int height = 0;

    bool operator<(const Scaling& other) const { return key() < other.key(); }

  private:
    std::tuple<int, int, int, int, double, double, double, double> key() const {
        return {source_width, source_height, width,        height,
                region.left,  region.top,    region.width, region.height};
    }
};

zimg_image_format grey_bytes(int width, int height) {
    zimg_image_format format;
    zimg_image_format_default(&format, ZIMG_API_VERSION);
    format.width = static_cast<unsigned>(width);
    format.height = static_cast<unsigned>(height);
    format.pixel_type = ZIMG_PIXEL_BYTE;
    format.pixel_range = ZIMG_RANGE_FULL;
    format.color_family = ZIMG_COLOR_GREY;
    return format;
}

// With three lobes.
zimg_graph_builder_params lanczos() {
    zimg_graph_builder_params params;
    zimg_graph_builder_params_default(&params, ZIMG_API_VERSION);
    params.resample_filter = ZIMG_RESIZE_LANCZOS;
    params.filter_param_a = 3;
    params.cpu_type = ZIMG_CPU_AUTO_64B;  // planes are aligned for it
    return params;
}

[[noreturn]] void throw_zimg_error() {
    std::array<char, 256> message{};
    zimg_get_last_error(message.data(), message.size());
    throw std::runtime_error(message.data());
}

// zimg's filter graphs. Building one costs ten times using it, and most uploads of a day come in a
// few dozen sizes; the graphs between renditions are the same for all of them. Keeps the `limit`
// used last. Not thread-safe: one per thread.
class GraphCache {
  public:
    explicit GraphCache(std::size_t limit) : limit_(limit) {}

    // The result has the size that `scaling` names.
    Plane scale(const Plane& source, const Scaling& scaling);

  private:
    struct FreeGraph {
        void operator()(zimg_filter_graph* graph) const { zimg_filter_graph_free(graph); }
    };
    struct Graph {
        std::unique_ptr<zimg_filter_graph, FreeGraph> graph;
        std::size_t scratch_bytes = 0;
        std::list<Scaling>::iterator position;
    };

    static Graph build(const Scaling& scaling);
    Graph& find_or_build(const Scaling& scaling);
    std::uint8_t* scratch(std::size_t bytes);

    std::size_t limit_;
    std::map<Scaling, Graph> graphs_;
    std::list<Scaling> order_;  // the one used last comes first
    Plane scratch_;             // one row; zimg needs its alignment
};

GraphCache::Graph GraphCache::build(const Scaling& scaling) {
    zimg_image_format from = grey_bytes(scaling.source_width, scaling.source_height);
    from.active_region = {scaling.region.left, scaling.region.top, scaling.region.width,
                          scaling.region.height};
    const zimg_image_format to = grey_bytes(scaling.width, scaling.height);
    const zimg_graph_builder_params params = lanczos();
    Graph built;
    built.graph.reset(zimg_filter_graph_build(&from, &to, &params));
    if (!built.graph) throw_zimg_error();
    if (zimg_filter_graph_get_tmp_size(built.graph.get(), &built.scratch_bytes) !=
        ZIMG_ERROR_SUCCESS)
        throw_zimg_error();
    return built;
}

GraphCache::Graph& GraphCache::find_or_build(const Scaling& scaling) {
    if (const auto found = graphs_.find(scaling); found != graphs_.end()) {
        order_.splice(order_.begin(), order_, found->second.position);
        return found->second;
    }
    Graph built = build(scaling);
    if (graphs_.size() >= limit_) {
        graphs_.erase(order_.back());
        order_.pop_back();
    }
    order_.push_front(scaling);
    built.position = order_.begin();
    return graphs_.emplace(scaling, std::move(built)).first->second;
}

std::uint8_t* GraphCache::scratch(std::size_t bytes) {
    const auto width = static_cast<int>(bytes);
    if (scratch_.width() < width) scratch_ = Plane(width, 1, width, 1);
    return scratch_.row(0);
}

Plane GraphCache::scale(const Plane& source, const Scaling& scaling) {
    const Graph& graph = find_or_build(scaling);
    Plane result(scaling.width, scaling.height);
    zimg_image_buffer_const from{ZIMG_API_VERSION, {}};
    from.plane[0] = {source.row(0), source.stride(), ZIMG_BUFFER_MAX};
    zimg_image_buffer to{ZIMG_API_VERSION, {}};
    to.plane[0] = {result.row(0), result.stride(), ZIMG_BUFFER_MAX};
    if (zimg_filter_graph_process(graph.graph.get(), &from, &to, scratch(graph.scratch_bytes),
                                  nullptr, nullptr, nullptr, nullptr) != ZIMG_ERROR_SUCCESS)
        throw_zimg_error();
    return result;
}

// Two graphs per upload size, and fourteen between renditions; a few hundred bytes to 100 KB each.
constexpr std::size_t kGraphsPerThread = 128;

bool is_integer(double value) { return value == std::floor(value); }

// Whether the result is a part of the source, sample for sample.
bool is_copy(const Plane& source, const Scaling& scaling) {
    const Region& r = scaling.region;
    return r.width == scaling.width && r.height == scaling.height && is_integer(r.left) &&
           is_integer(r.top) && r.left >= 0 && r.top >= 0 && r.left + r.width <= source.width() &&
           r.top + r.height <= source.height();
}

Plane copy(const Plane& source, const Scaling& scaling) {
    Plane result(scaling.width, scaling.height);
    const int left = static_cast<int>(scaling.region.left);
    const int top = static_cast<int>(scaling.region.top);
    for (int y = 0; y < scaling.height; ++y)
        std::memcpy(result.row(y), source.row(top + y) + left,
                    static_cast<std::size_t>(scaling.width));
    return result;
}

Plane scale(const Component& source, Region region, int width, int height) {
    const Scaling scaling{
        source.plane.width(),
        source.plane.height(),
        {source.left + region.left * source.across, source.top + region.top * source.down,
         region.width * source.across, region.height * source.down},
        width,
        height};
    if (is_copy(source.plane, scaling)) return copy(source.plane, scaling);
    static thread_local GraphCache cache(kGraphsPerThread);
    return cache.scale(source.plane, scaling);
}

// The part of the source under the halved chroma of `size`: for an odd side, one pixel more.
Region under_halved_chroma(Region region, photo::Size size, ChromaPhase phase) {
    const double pixel_width = region.width / size.width;
    const double pixel_height = region.height / size.height;
    if (size.width % 2 != 0) {
        region.width += pixel_width;
        if (phase.right) region.left -= pixel_width;
    }
    if (size.height % 2 != 0) {
        region.height += pixel_height;
        if (phase.bottom) region.top -= pixel_height;
    }
    return region;
}

}  // namespace

Picture resample(const Picture& source, Region region, photo::Size size, Chroma chroma,
                 ChromaPhase phase) {
    Picture result{size, {}};
    result.components.push_back({scale(source.components[0], region, size.width, size.height)});
    for (std::size_t c = 1; c < source.components.size(); ++c) {
        const Component& component = source.components[c];
        if (chroma == Chroma::full)
            result.components.push_back({scale(component, region, size.width, size.height)});
        else
            result.components.push_back({scale(component, under_halved_chroma(region, size, phase),
                                               (size.width + 1) / 2, (size.height + 1) / 2),
                                         0.5, 0.5});
    }
    return result;
}

}  // namespace cameo::image
