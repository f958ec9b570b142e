#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// createPageText(textLengths: Int32Array, numberLengths: Uint8Array): object
Napi::Value create_page_text(const Napi::CallbackInfo& info);

/// measurePage(text: object, numbers: Float64Array): number
Napi::Value measure_page(const Napi::CallbackInfo& info);

/// writePage(text: object, last: Uint8Array, next: Uint8Array): void
Napi::Value write_page(const Napi::CallbackInfo& info);

}  // namespace ebs_nvme::addon
