#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>

#include "image/planes.h"

struct zimg_filter_graph;

namespace cameo::image {

// What a filter graph of zimg depends on. `region` is in samples of the source plane.
struct Scaling {
    int source_width = 0;
    int source_height = 0;
    Region region;
    int width = 0;
    int height = 0;
};

// Filter graphs by what they do. Building one costs ten times using it, and most uploads of a day
// come in a few dozen sizes; the graphs of the chain below 648 are the same for all of them.
// Keeps the `limit` used last. Not thread-safe: one per thread.
class ScalerCache {
  public:
    explicit ScalerCache(std::size_t limit) : limit_(limit) {}

    // Lanczos with three lobes. The result has the size that `what` names. Throws
    // std::runtime_error where zimg refuses.
    Plane scale(const Plane& source, const Scaling& what);

    std::size_t kept() const { return graphs_.size(); }

  private:
    struct FreeGraph {
        void operator()(zimg_filter_graph* graph) const;
    };
    struct Less {
        bool operator()(const Scaling& a, const Scaling& b) const;
    };
    struct Graph {
        std::unique_ptr<zimg_filter_graph, FreeGraph> graph;
        std::size_t scratch_bytes = 0;
        std::list<Scaling>::iterator turn;
    };

    static Graph build(const Scaling& what);
    Graph& find_or_build(const Scaling& what);

    std::size_t limit_;
    std::map<Scaling, Graph, Less> graphs_;
    std::list<Scaling> order_;  // used last, first
};

}  // namespace cameo::image
