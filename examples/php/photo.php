<?php
// My photo at 48x48 and its metadata: composer require microsoft/microsoft-graph; CAMEO_TOKEN=... php photo.php
require 'vendor/autoload.php';

use Http\Promise\FulfilledPromise;
use Http\Promise\Promise;
use Microsoft\Graph\GraphRequestAdapter;
use Microsoft\Graph\GraphServiceClient;
use Microsoft\Kiota\Abstractions\Authentication\AccessTokenProvider;
use Microsoft\Kiota\Abstractions\Authentication\AllowedHostsValidator;
use Microsoft\Kiota\Abstractions\Authentication\BaseBearerTokenAuthenticationProvider;

// In the place of a TokenRequestContext.
final class OneToken implements AccessTokenProvider
{
    public function getAuthorizationTokenAsync(string $url, array $additionalAuthenticationContext = []): Promise
    {
        return new FulfilledPromise($this->getAllowedHostsValidator()->isUrlHostValid($url) ? getenv('CAMEO_TOKEN') : null);
    }

    public function getAllowedHostsValidator(): AllowedHostsValidator
    {
        return new AllowedHostsValidator(['127.0.0.1']);
    }
}

$adapter = new GraphRequestAdapter(new BaseBearerTokenAuthenticationProvider(new OneToken()));
$adapter->setBaseUrl(getenv('CAMEO_URL') ?: 'http://127.0.0.1:8080/v1.0');
$graphServiceClient = GraphServiceClient::createWithRequestAdapter($adapter);

$result = $graphServiceClient->me()->photo()->get()->wait();
printf("%s, %d pixels wide\n", $result->getId(), $result->getWidth());
$bytes = $graphServiceClient->me()->photos()->byProfilePhotoId('48x48')->content()->get()->wait();
file_put_contents('photo.jpg', $bytes->getContents());
