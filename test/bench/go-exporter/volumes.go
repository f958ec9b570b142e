package main

import (
	"os"
	"path/filepath"
	"strings"
)

const ebsModel = "Amazon Elastic Block Store"

// source is where a machine's drives are found and opened.
type source struct {
	devPath string
	sysPath string
}

type volume struct {
	device string
	id     string
}

// volumes lists the EBS volumes that sysfs shows at this moment.
func (s source) volumes() ([]volume, error) {
	class := filepath.Join(s.sysPath, "class", "nvme")
	controllers, err := os.ReadDir(class)
	if err != nil {
		return nil, err
	}
	found := make([]volume, 0, len(controllers))
	for _, controller := range controllers {
		name := controller.Name()
		model, err := property(class, name, "model")
		if err != nil || model != ebsModel {
			continue
		}
		serial, err := property(class, name, "serial")
		if err != nil {
			continue
		}
		id := "vol-" + strings.TrimPrefix(strings.TrimPrefix(serial, "vol"), "-")
		found = append(found, volume{device: name + "n1", id: id})
	}
	return found, nil
}

func property(class, controller, name string) (string, error) {
	text, err := os.ReadFile(filepath.Join(class, controller, name))
	return strings.TrimSpace(string(text)), err
}
