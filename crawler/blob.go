package crawler

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// blobs are the files of an archive, each named after the SHA-256 of what it
// holds and never changed: raw bytes under zstd, texts as they are.
type blobs struct{ dir string }

const temporary = "tmp-"

// openBlobs makes the folders, and clears away what a crash left half written.
func openBlobs(dir string) (blobs, error) {
	for _, sub := range []string{"raw", "text"} {
		sub = filepath.Join(dir, sub)
		if err := os.MkdirAll(sub, 0o777); err != nil {
			return blobs{}, err
		}
		left, err := filepath.Glob(filepath.Join(sub, temporary+"*"))
		if err != nil {
			return blobs{}, err
		}
		for _, file := range left {
			if err := os.Remove(file); err != nil {
				return blobs{}, err
			}
		}
	}
	return blobs{dir: dir}, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// rawPath and textPath are relative to the folder, with slashes.
func rawPath(sha string) string  { return "raw/" + sha + ".zst" }
func textPath(sha string) string { return "text/" + sha + ".txt" }

// putRaw keeps data and returns its name.
func (b blobs) putRaw(data []byte) (sha string, err error) {
	sha = digest(data)
	return sha, b.put(rawPath(sha), func(w io.Writer) error {
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		if _, err := z.Write(data); err != nil {
			return err
		}
		return z.Close()
	})
}

// putText keeps text and returns its name.
func (b blobs) putText(text string) (sha string, err error) {
	sha = digest([]byte(text))
	return sha, b.put(textPath(sha), func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// put writes a file once: under its name there is all of it, or nothing.
func (b blobs) put(name string, write func(io.Writer) error) error {
	target := filepath.Join(b.dir, filepath.FromSlash(name))
	if _, err := os.Stat(target); err == nil {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(target), temporary)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // does nothing once it is renamed
	if err := errors.Join(write(f), f.Sync(), f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.Rename(f.Name(), target); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(target))
}

// syncFolder makes a rename last. Some systems cannot, and need not.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// Raw returns the bytes of the given SHA-256, as the server sent them.
func (b blobs) Raw(sha string) ([]byte, error) {
	f, err := b.open(sha, rawPath(sha))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(4*maxBodyBytes))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return b.read(sha, rawPath(sha), z)
}

// Text returns the text of the given SHA-256.
func (b blobs) Text(sha string) (string, error) {
	f, err := b.open(sha, textPath(sha))
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := b.read(sha, textPath(sha), f)
	return string(data), err
}

func (b blobs) open(sha, name string) (*os.File, error) {
	if len(sha) != 2*sha256.Size || strings.Trim(sha, "0123456789abcdef") != "" {
		return nil, fmt.Errorf("%q is not a SHA-256", sha)
	}
	return os.Open(filepath.Join(b.dir, filepath.FromSlash(name)))
}

// read returns what r holds, if that is what the name promises.
func (b blobs) read(sha, name string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, 4*maxBodyBytes))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if digest(data) != sha {
		return nil, fmt.Errorf("%s is damaged: its content has another SHA-256", filepath.Join(b.dir, filepath.FromSlash(name)))
	}
	return data, nil
}
