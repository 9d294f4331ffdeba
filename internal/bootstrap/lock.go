package bootstrap

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// items is what is asked of DynamoDB about the lock table's items.
type items interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

// lock is Terraform's own lock on a state, taken in its name. Terraform takes a new one at
// each command, so a run that was killed would stand in the way of the next; this one has an
// id that was written down first, and the next run goes on with it. Terraform's lock files
// need no care: whoever takes one takes the item as well.
type lock struct {
	items items
	table string
	// state is what Terraform calls it: <bucket>/<key>.
	state string
	note  *folder
	say   report
	held  *lockInfo
}

// lockInfo is what Terraform writes into the item.
type lockInfo struct {
	ID, Operation, Info, Who, Version string
	Created                           time.Time
	Path                              string
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func text(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// take takes the lock, or goes on with the one that a run killed in this folder had.
// Terraform keeps another's lock forever; breaks names one that may be broken.
func (l *lock) take(ctx context.Context, terraformVersion, breaks string) error {
	info, err := l.noted(terraformVersion)
	if err != nil {
		return err
	}
	// An id is random: it is found nowhere in the info but as the id.
	other, err := l.put(ctx, info, "attribute_not_exists(LockID) OR contains(Info, :known)", info.ID)
	if err != nil {
		return err
	}
	if other != "" && breaks != "" && lockID(other) == breaks {
		if other, err = l.put(ctx, info, "Info = :known", other); err != nil {
			return err
		}
		l.say.note("broke the lock %s", breaks)
	}
	if other != "" {
		return otherLock(other, l.state)
	}
	l.held = info
	return nil
}

// put writes the item if the condition holds, and else returns the info of the one there.
func (l *lock) put(ctx context.Context, info *lockInfo, condition, known string) (other string, err error) {
	value, err := json.Marshal(info)
	if err != nil {
		return "", err
	}
	_, err = l.items.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                           &l.table,
		Item:                                map[string]types.AttributeValue{"LockID": str(l.state), "Info": str(string(value))},
		ConditionExpression:                 &condition,
		ExpressionAttributeValues:           map[string]types.AttributeValue{":known": str(known)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		if other := text(refused.Item["Info"]); other != "" {
			return other, nil
		}
		return "(no info)", nil
	}
	if err != nil {
		return "", fmt.Errorf("locking the state: %w", err)
	}
	return "", nil
}

func lockID(info string) string {
	var other lockInfo
	if json.Unmarshal([]byte(info), &other) != nil {
		return ""
	}
	return other.ID
}

// noted reads the lock that was written down, or writes a new one down.
func (l *lock) noted(terraformVersion string) (*lockInfo, error) {
	var info lockInfo
	text, err := l.note.read(lockFile)
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(text, &info) == nil && info.ID != "" && info.Path == l.state {
		return &info, nil
	}
	info = lockInfo{
		ID: rand.Text(), Operation: "bootstrap", Who: me(), Version: terraformVersion, Created: time.Now().UTC(), Path: l.state,
	}
	return &info, l.note.writeJSON(lockFile, &info)
}

func me() string {
	name, host := "someone", "somewhere"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	return name + "@" + host
}

// otherLock is the error that somebody is at work.
func otherLock(info, state string) error {
	var other lockInfo
	if json.Unmarshal([]byte(info), &other) != nil || other.ID == "" {
		return advise(fmt.Errorf("the state %s is locked, and the lock doesn't say by whom: %q", state, info), "run it again when they are done")
	}
	return advise(fmt.Errorf("the state %s is locked: %s is at %q since %s (lock %s)",
		state, other.Who, other.Operation, other.Created.Local().Format(time.DateTime), other.ID),
		"wait until they are done; if you are sure that they are gone, run it again with -unlock %s", other.ID)
}

// release gives the lock back, if it is still ours.
func (l *lock) release(ctx context.Context) error {
	if l.held == nil {
		return nil
	}
	_, err := l.items.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName:                 &l.table,
		Key:                       map[string]types.AttributeValue{"LockID": str(l.state)},
		ConditionExpression:       aws.String("contains(Info, :mine)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":mine": str(l.held.ID)},
	})
	var refused *types.ConditionalCheckFailedException
	var gone *types.ResourceNotFoundException // with the table, at a teardown
	if err != nil && !errors.As(err, &refused) && !errors.As(err, &gone) {
		return fmt.Errorf("giving the lock back: %w", err)
	}
	l.held = nil
	return l.note.remove(lockFile)
}
