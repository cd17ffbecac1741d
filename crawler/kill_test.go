package crawler

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

// killed is set for the process that TestKilledCrawlGoesOn starts: the address
// of the web and the folder of the archive.
const killed = "POLICYGRAPH_TEST_KILLED_CRAWL"

func killedCompanies() []Company {
	var list []Company
	for i := range 25 {
		list = append(list, Company{Name: fmt.Sprintf("Company %c", 'A'+i), Domain: fmt.Sprintf("host%d.example", i)})
	}
	return list
}

// TestMain crawls where the process was started to be killed.
func TestMain(m *testing.M) {
	address, dir := os.Getenv(killed), os.Getenv(killed+"_DIR")
	if address == "" {
		os.Exit(m.Run())
	}
	if err := crawlToBeKilled(address, dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func crawlToBeKilled(address, dir string) error {
	a, err := OpenArchive(dir)
	if err != nil {
		return err
	}
	_, err = Crawl(context.Background(), Options{
		Archive: a, Companies: killedCompanies(), ConnectTo: address, Now: func() time.Time { return firstDay },
		HostDelay: time.Millisecond, RetryDelay: time.Millisecond,
	})
	return err
}

// A crawl that is killed at any moment and started again keeps what an
// undisturbed one keeps: nothing is lost, and nothing is there twice.
func TestKilledCrawlGoesOn(t *testing.T) {
	web := newWeb(t)
	for i := range killedCompanies() {
		host := fmt.Sprintf("host%d.example", i)
		web.page(host+"/", `<a href="/privacy">Privacy</a> <a href="/cookies">Cookies</a>`)
		web.page(host+"/privacy", policyPage("Privacy Policy", fmt.Sprintf("Edition %c.", 'A'+i)))
	}
	undisturbed := openTemp(t)
	o := web.options(undisturbed, killedCompanies()...)
	o.Now = func() time.Time { return firstDay }
	mustCrawl(t, o)

	dir := t.TempDir()
	kills := 0
	for wait := 60 * time.Millisecond; ; wait += wait / 2 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killed+"="+web.address(), killed+"_DIR="+dir)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(wait, func() { cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		if err == nil {
			break
		}
		if cmd.ProcessState.Exited() {
			t.Fatalf("the crawl failed: %v", err)
		}
		kills++
	}
	if kills == 0 {
		t.Error("the crawl was never killed")
	}
	a, err := ReadArchive(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if got, want := show(t, a), show(t, undisturbed); got != want {
		t.Errorf("after %d kills:\n%s\nwant:\n%s", kills, got, want)
	}
	t.Logf("killed %d times", kills)
}
