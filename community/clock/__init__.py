"""What is done now and then without anybody asking.

An app says in its module `periodic` which jobs it has (`jobs`); `running` does those that are due, once each, whoever
asks: `manage.py run_periodic` by a timer, or the process that sends mails.
"""
