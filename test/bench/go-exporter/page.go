package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	nvmeIoctlAdminCmd = 0xC0484E41
	getLogPage        = 0x02
	statisticsLogID   = 0xD0
	ebsMagic          = 0x3C23B510
	pageBytes         = 4096
	maxBins           = 64
	timeoutMs         = 2000
)

// passthruCmd is struct nvme_passthru_cmd of <linux/nvme_ioctl.h>.
type passthruCmd struct {
	opcode      uint8
	flags       uint8
	reserved    uint16
	nsid        uint32
	cdw2        uint32
	cdw3        uint32
	metadata    uint64
	addr        uint64
	metadataLen uint32
	dataLen     uint32
	cdw10       uint32
	cdw11       uint32
	cdw12       uint32
	cdw13       uint32
	cdw14       uint32
	cdw15       uint32
	timeoutMs   uint32
	result      uint32
}

// histogram has cumulative counts by upper bound in seconds, as client_golang wants them.
type histogram struct {
	buckets map[float64]uint64
	count   uint64
}

// statistics is the page, decoded. Times are microseconds.
type statistics struct {
	readOps, writeOps                    uint64
	readBytes, writeBytes                uint64
	readMicros, writeMicros              uint64
	volumeIopsMicros, volumeTpMicros     uint64
	instanceIopsMicros, instanceTpMicros uint64
	queueLength                          uint64
	readLatency, writeLatency            histogram
}

// read asks a volume for its statistics.
func (s source) read(v volume) (statistics, error) {
	file, err := os.Open(filepath.Join(s.devPath, v.device))
	if err != nil {
		return statistics{}, err
	}
	defer file.Close()

	page := make([]byte, pageBytes)
	command := passthruCmd{
		opcode:    getLogPage,
		nsid:      1,
		addr:      uint64(uintptr(unsafe.Pointer(&page[0]))),
		dataLen:   pageBytes,
		cdw10:     statisticsLogID | (pageBytes/4-1)<<16,
		timeoutMs: timeoutMs,
	}
	status, _, errno := unix.Syscall(unix.SYS_IOCTL, file.Fd(), nvmeIoctlAdminCmd, uintptr(unsafe.Pointer(&command)))
	runtime.KeepAlive(page)
	if errno != 0 {
		return statistics{}, fmt.Errorf("get log page of %s: %w", v.device, errno)
	}
	if status != 0 {
		return statistics{}, fmt.Errorf("get log page of %s: NVMe status %#x", v.device, status)
	}
	return decode(page)
}

func decode(page []byte) (statistics, error) {
	if magic := binary.LittleEndian.Uint32(page); magic != ebsMagic {
		return statistics{}, fmt.Errorf("magic %#x is not that of EBS", magic)
	}
	u64 := func(at int) uint64 { return binary.LittleEndian.Uint64(page[at:]) }
	return statistics{
		readOps:            u64(8),
		writeOps:           u64(16),
		readBytes:          u64(24),
		writeBytes:         u64(32),
		readMicros:         u64(40),
		writeMicros:        u64(48),
		volumeIopsMicros:   u64(56),
		volumeTpMicros:     u64(64),
		instanceIopsMicros: u64(72),
		instanceTpMicros:   u64(80),
		queueLength:        u64(88),
		readLatency:        decodeHistogram(page[512:]),
		writeLatency:       decodeHistogram(page[2056:]),
	}, nil
}

func decodeHistogram(bytes []byte) histogram {
	bins := int(min(binary.LittleEndian.Uint64(bytes), maxBins))
	h := histogram{buckets: make(map[float64]uint64, bins)}
	for i := range bins {
		bin := bytes[8+24*i:]
		h.count += uint64(binary.LittleEndian.Uint32(bin[16:]))
		// The last bin's bound is +Inf, which the count stands for.
		if i < bins-1 {
			h.buckets[float64(binary.LittleEndian.Uint64(bin[8:]))/1e6] = h.count
		}
	}
	return h
}
