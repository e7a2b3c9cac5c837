#include "image/scaler_cache.h"

#include <zimg.h>

#include <array>
#include <stdexcept>
#include <tuple>

namespace cameo::image {
namespace {

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

zimg_graph_builder_params lanczos() {
    zimg_graph_builder_params params;
    zimg_graph_builder_params_default(&params, ZIMG_API_VERSION);
    params.resample_filter = ZIMG_RESIZE_LANCZOS;
    params.filter_param_a = 3;
    params.cpu_type = ZIMG_CPU_AUTO_64B;  // planes are aligned for it
    return params;
}

auto order_of(const Scaling& s) {
    return std::tuple(s.source_width, s.source_height, s.width, s.height, s.region.left,
                      s.region.top, s.region.width, s.region.height);
}

[[noreturn]] void refuse() {
    std::array<char, 256> message{};
    zimg_get_last_error(message.data(), message.size());
    throw std::runtime_error(message.data());
}

}  // namespace

void ScalerCache::FreeGraph::operator()(zimg_filter_graph* graph) const {
    zimg_filter_graph_free(graph);
}

bool ScalerCache::Less::operator()(const Scaling& a, const Scaling& b) const {
    return order_of(a) < order_of(b);
}

ScalerCache::Graph ScalerCache::build(const Scaling& what) {
    zimg_image_format from = grey_bytes(what.source_width, what.source_height);
    from.active_region = {what.region.left, what.region.top, what.region.width, what.region.height};
    const zimg_image_format to = grey_bytes(what.width, what.height);
    const zimg_graph_builder_params params = lanczos();
    Graph built;
    built.graph.reset(zimg_filter_graph_build(&from, &to, &params));
    if (!built.graph) refuse();
    if (zimg_filter_graph_get_tmp_size(built.graph.get(), &built.scratch_bytes) !=
        ZIMG_ERROR_SUCCESS)
        refuse();
    return built;
}

ScalerCache::Graph& ScalerCache::find_or_build(const Scaling& what) {
    if (const auto found = graphs_.find(what); found != graphs_.end()) {
        order_.splice(order_.begin(), order_, found->second.turn);
        return found->second;
    }
    Graph built = build(what);
    if (graphs_.size() >= limit_) {
        graphs_.erase(order_.back());
        order_.pop_back();
    }
    order_.push_front(what);
    built.turn = order_.begin();
    return graphs_.emplace(what, std::move(built)).first->second;
}

Plane ScalerCache::scale(const Plane& source, const Scaling& what) {
    const Graph& graph = find_or_build(what);
    Plane result(what.width, what.height);
    Plane scratch(static_cast<int>(graph.scratch_bytes), 1);
    zimg_image_buffer_const from{ZIMG_API_VERSION, {}};
    from.plane[0] = {source.row(0), source.stride(), ZIMG_BUFFER_MAX};
    zimg_image_buffer to{ZIMG_API_VERSION, {}};
    to.plane[0] = {result.row(0), result.stride(), ZIMG_BUFFER_MAX};
    if (zimg_filter_graph_process(graph.graph.get(), &from, &to, scratch.row(0), nullptr, nullptr,
                                  nullptr, nullptr) != ZIMG_ERROR_SUCCESS)
        refuse();
    return result;
}

}  // namespace cameo::image
