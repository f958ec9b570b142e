#include "addon/page_text.h"

#include <span>

#include "core/page_text.h"

namespace ebs_nvme::addon {
namespace {

using Kept = Napi::External<PageText>;

template <typename Array>
auto span_of(Napi::Value value) {
  auto array = value.As<Array>();
  return std::span(array.Data(), array.ElementLength());
}

}  // namespace

Napi::Value create_page_text(const Napi::CallbackInfo& info) {
  auto* const text = new PageText(span_of<Napi::Int32Array>(info[0]), span_of<Napi::Uint8Array>(info[1]));
  // V8 is not told of this memory: the page that it is of takes ten times as much, of which V8 knows.
  return Kept::New(info.Env(), text, [](Napi::Env, PageText* kept) { delete kept; });
}

Napi::Value measure_page(const Napi::CallbackInfo& info) {
  PageText& text = *info[0].As<Kept>().Data();
  const std::size_t size = text.measure(span_of<Napi::Float64Array>(info[1]));
  return Napi::Number::New(info.Env(), static_cast<double>(size));
}

Napi::Value write_page(const Napi::CallbackInfo& info) {
  PageText& text = *info[0].As<Kept>().Data();
  text.write(std::as_bytes(span_of<Napi::Uint8Array>(info[1])),
             std::as_writable_bytes(span_of<Napi::Uint8Array>(info[2])));
  return info.Env().Undefined();
}

}  // namespace ebs_nvme::addon
