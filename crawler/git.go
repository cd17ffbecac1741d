package crawler

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A repository is a git repository, read by the program git.
type repository struct {
	dir       string // that holds the objects
	temporary string // folder to remove at the end, or ""
}

// openRepository opens a repository, with or without a work tree. A file is
// taken for a bundle and unpacked into a temporary folder.
func openRepository(ctx context.Context, path string) (*repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, errors.New("the program git is missing; install it to import from Open Terms Archive")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	if info.IsDir() {
		r := &repository{dir: path}
		if inner := filepath.Join(path, ".git"); exists(inner) {
			r.dir = inner
		}
		return r, nil
	}
	r := &repository{}
	if r.temporary, err = os.MkdirTemp("", "policygraph-import-"); err != nil {
		return nil, err
	}
	r.dir = filepath.Join(r.temporary, "bundle.git")
	if err := run(exec.CommandContext(ctx, "git", "clone", "--quiet", "--bare", "--", path, r.dir)); err != nil {
		r.close()
		return nil, fmt.Errorf("is no bundle that git can read: %w", err)
	}
	return r, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (r *repository) close() {
	if r.temporary != "" {
		os.RemoveAll(r.temporary)
	}
}

// command returns a git command on the repository, of which no setting of the
// repository's own makes more than a reader of what is there.
func (r *repository) command(ctx context.Context, args ...string) *exec.Cmd {
	safe := []string{"--git-dir=" + r.dir, "-c", "log.showSignature=false", "-c", "log.showRoot=true", "-c", "protocol.allow=never"}
	cmd := exec.CommandContext(ctx, "git", append(safe, args...)...)
	cmd.Env = append(os.Environ(), "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0")
	return cmd
}

// run runs a command that says nothing but what is wrong.
func run(cmd *exec.Cmd) error {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Env = append(cmd.Environ(), "LC_ALL=C")
	return gitError(cmd.Run(), &stderr)
}

// gitError adds what git says to the error of a command.
func gitError(err error, stderr *bytes.Buffer) error {
	if said, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n"); err != nil && said != "" {
		return errors.New("git: " + said)
	}
	return err
}

// A revision is the content that a commit gave a file.
type revision struct {
	commit string
	at     time.Time // author date
	path   string
	blob   string
}

// revisions returns what every commit up to HEAD changed, the oldest first.
// Merges bring nothing of their own, and what is deleted has no content.
func (r *repository) revisions(ctx context.Context) ([]revision, error) {
	cmd := r.command(ctx, "log", "--reverse", "--no-renames", "--no-abbrev", "--no-diff-merges", "--raw", "-z", "--format=%H %at", "HEAD")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	revisions, err := readRevisions(out)
	if err != nil {
		cmd.Cancel()
	}
	if waited := gitError(cmd.Wait(), &stderr); err == nil {
		err = waited
	}
	return revisions, err
}

// readRevisions reads the output of git log -z --raw: "commit seconds", or the
// two halves of a change, ":modes blobs status" and the path, each ended by NUL.
func readRevisions(out io.Reader) ([]revision, error) {
	var revisions []revision
	var at revision
	r := bufio.NewReader(out)
	for {
		token, err := r.ReadString(0)
		if errors.Is(err, io.EOF) {
			return revisions, nil
		}
		if err != nil {
			return nil, err
		}
		token = strings.Trim(token, "\n\x00")
		if !strings.HasPrefix(token, ":") {
			if at, err = parseCommit(token); err != nil {
				return nil, err
			}
			continue
		}
		path, err := r.ReadString(0)
		if err != nil || at.commit == "" {
			return nil, fmt.Errorf("git log writes %.100q, which is no change of a commit", token)
		}
		fields := strings.Fields(token)
		if len(fields) == 5 && strings.HasPrefix(fields[1], "100") { // a file, not a link or a deletion
			at.path, at.blob = strings.TrimSuffix(path, "\x00"), fields[3]
			revisions = append(revisions, at)
		}
	}
}

func parseCommit(token string) (revision, error) {
	commit, seconds, _ := strings.Cut(token, " ")
	n, err := strconv.ParseInt(seconds, 10, 64)
	at := time.Unix(n, 0).UTC()
	if err != nil || at.Year() < 1970 || at.Year() > 9998 {
		return revision{}, fmt.Errorf("commit %q has no author date", commit)
	}
	return revision{commit: commit, at: at}, nil
}

// gitBlobs reads contents by their hashes, from one process.
type gitBlobs struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func (r *repository) blobs(ctx context.Context) (*gitBlobs, error) {
	b := &gitBlobs{cmd: r.command(ctx, "cat-file", "--batch")}
	var err error
	if b.in, err = b.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	b.out = bufio.NewReader(out)
	return b, b.cmd.Start()
}

// close ends the process, which ends by itself with its input.
func (b *gitBlobs) close() {
	b.in.Close()
	b.cmd.Wait()
}

// read returns the content of a blob, nil where it is larger than most.
func (b *gitBlobs) read(blob string, most int64) ([]byte, error) {
	if _, err := io.WriteString(b.in, blob+"\n"); err != nil {
		return nil, fmt.Errorf("git ended: %w", err)
	}
	line, err := b.out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("git ended: %w", err)
	}
	fields := strings.Fields(line)
	if len(fields) != 3 || fields[1] != "blob" {
		return nil, fmt.Errorf("git has no such content: %s; the repository is incomplete or damaged", strings.TrimSpace(line))
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("git answers %q", strings.TrimSpace(line))
	}
	content := []byte(nil)
	if size <= most {
		content = make([]byte, size)
		_, err = io.ReadFull(b.out, content)
	} else {
		_, err = io.CopyN(io.Discard, b.out, size)
	}
	if err == nil {
		_, err = b.out.Discard(1) // the line's end
	}
	return content, err
}
