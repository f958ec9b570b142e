#include "core/device.h"

#include <fcntl.h>

#include <cerrno>

#include "core/decoder.h"
#include "core/file_descriptor.h"

namespace ebs_nvme {
namespace {

void fail(Outcome& outcome, Step step, int error) noexcept {
  outcome.verdict = Verdict::system_error;
  outcome.step = step;
  outcome.code = static_cast<std::uint32_t>(error);
}

void converse(const Request& request, Exchange& exchange, Admission admits) noexcept {
  Outcome& outcome = exchange.outcome;
  const FileDescriptor device(::open(request.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!device.is_open()) return fail(outcome, Step::open, errno);

  const struct statx node = describe_node(device.get());
  if (leads_elsewhere(node, request.number)) {
    outcome.verdict = Verdict::another_device;
    return;
  }
  outcome.attached_at_ms = attached_at_ms(node);
  outcome.born_at_ms = born_at_ms(node);
  if (!admits(device.get(), node, exchange)) return;
  const CommandResult result = request.query == Query::identify
                                   ? identify_controller(device.get(), exchange.page())
                                   : get_statistics_page(device.get(), 0, exchange.page());
  outcome.completed_at_ms = milliseconds(Clock::now());
  if (!result.ok()) return fail(outcome, result);
  outcome.verdict = Verdict::answered;
  if (request.query != Query::statistics_with_io_sizes || !announces_io_sizes(exchange.page())) return;

  // An extra: where it fails, the page itself is as good as without.
  const auto detail = std::span(exchange.data).last<transfer_bytes>();
  exchange.has_io_sizes = get_statistics_page(device.get(), transfer_bytes, detail).ok();
}

}  // namespace

void fail(Outcome& outcome, const CommandResult& result) noexcept {
  if (result.error != 0) return fail(outcome, Step::command, result.error);
  outcome.verdict = Verdict::nvme_status;
  outcome.code = result.status;
}

void ask_device(const Request& request, Exchange& exchange, Admission admits) noexcept {
  const auto started = Clock::now();
  exchange.outcome = {};
  exchange.has_io_sizes = false;
  converse(request, exchange, admits);
  exchange.outcome.duration_seconds = seconds(Clock::now() - started);
}

void ask_device(const Request& request, Exchange& exchange) noexcept {
  ask_device(request, exchange, [](int, const struct statx&, Exchange&) noexcept { return true; });
  if (exchange.outcome.verdict == Verdict::answered && request.query != Query::identify)
    decode_answer(exchange);
}

void decode_answer(Exchange& exchange) noexcept {
  if (decode_statistics(exchange.page(), exchange.io_sizes(), exchange.record)) return;
  exchange.outcome.verdict = Verdict::invalid_magic;
  exchange.outcome.code = magic_of(exchange.page());
}

}  // namespace ebs_nvme
